### The window itself: start, sign-in, the day, what stands around every screen.

app-name = Consilium
app-not-heard = היישום לא קלט את הפעולה האחרונה. נסו שוב בבקשה.

language-switch = שפה
language-ru = Русский
language-en = English
language-he = עברית

retry = לנסות שוב
close = סגירה
go-home = הפגישות של היום

starting-title = Consilium מופעל
opening-title = הפגישה שלך נפתחת
opening-text = זה ייקח כמה שניות.

sign-in-title = כניסה
sign-in-text = לאנשי מקצוע. שם המשתמש והסיסמה ניתנו לך על ידי המרפאה.
sign-in-server = שרת
sign-in-login = שם משתמש
sign-in-password = סיסמה
sign-in-show-password = להציג את הסיסמה
sign-in-submit = כניסה
sign-in-busy = מתבצעת כניסה…

link-title = יש לך קישור לפגישה?
link-text = העתיקו אותו מההודעה של המרפאה והדביקו כאן. אין צורך בשם משתמש.
link-label = קישור לפגישה
link-submit = לפתוח את הפגישה
link-another = פתיחת פגישה לפי קישור

home-title = היום
home-visits = פגישות
home-count =
    { $count ->
        [0] אין פגישות
        [one] פגישה אחת
        [two] שתי פגישות
       *[other] { $count } פגישות
    }
home-waiting-count =
    { $count ->
        [one] אדם אחד ממתין לך
        [two] שני אנשים ממתינים לך
       *[other] { $count } אנשים ממתינים לך
    }
home-client-waits = בהמתנה לך
home-empty-title = אין פגישות היום
home-empty-text = פגישה חדשה תופיע כאן מעצמה ברגע שהמרפאה תקבע אותה.
home-stale = ייתכן שהרשימה אינה מעודכנת.
home-sign-out = יציאה
home-remembered = הכניסה נשמרת במחשב הזה.
home-not-remembered = אחרי סגירת היישום יהיה צורך להיכנס שוב.

minutes =
    { $minutes ->
        [one] דקה אחת
        [two] שתי דקות
       *[other] { $minutes } דקות
    }

status-pending = עוד לא נפתחה
status-open-for-joining = פתוחה להצטרפות
status-started = מתקיימת
status-started-and-waiting = ממתינים למשתתף
status-started-and-paused = בהפסקה
status-cancelled-before-start = בוטלה
status-cancelled-after-start = לא הושלמה
status-finished = הסתיימה

line-reconnecting = הקשר עם המרפאה אבד. מתחברים מחדש באופן אוטומטי…

notice-dismiss = להסתיר
notice-info-changed = המרפאה שינתה את פרטי הפגישה.
notice-not-remembered = לא ניתן היה לשמור את הכניסה במחשב הזה. אחרי סגירת היישום יהיה צורך להיכנס שוב.
notice-share-ended = השיתוף הסתיים: הפגישה בהפסקה, או שמה ששיתפתם נסגר.
notice-knock-not-answered = התשובה לא הגיעה למי שממתין. נסו שוב בעוד רגע.
notice-device-changed = ההתקן שבחרתם כבר לא מחובר. כעת נעשה שימוש באחר.
notice-no-speaker = לא נמצא רמקול: לא תשמעו את האחרים. חברו רמקול ובחרו אותו תחת ״התקנים״.
notice-five-minutes-left = נותרו חמש דקות מהזמן המתוכנן.
notice-one-minute-left = נותרה דקה אחת מהזמן המתוכנן.
notice-more-time-asked = אחד המשתתפים מבקש עוד זמן.
notice-extended = הפגישה הוארכה.
notice-answered-elsewhere = השיחה נענתה במכשיר אחר שלך.
notice-call-over = השיחה כבר הסתיימה.

cli-not-understood = Consilium לא הבינה איך הופעלה.
cli-hint = אפשר להפעיל מהסמל, או מהקישור שבהודעה. עזרה: consilium --help
