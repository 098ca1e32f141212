### The call: tiles, switches, devices, the clock. $vertical is "medicine" or "general".

call-title = הפגישה מתקיימת
call-participants = משתתפים
call-controls = בקרת השיחה
call-you = את/ה
call-waiting-title = עוד אין כאן איש
call-waiting-text = התמונה תופיע מעצמה כשמישהו ייכנס.
call-left-title = ממתינים לחזרה לשיחה
call-left-text = התמונה תחזור מעצמה. אפשר לחזור באותו קישור.

call-phase-connecting = מתחברים לשיחה…
call-phase-connected = מחובר
call-phase-reconnecting = הקשר אבד. מתחברים מחדש באופן אוטומטי…
call-phase-on-hold = הפגישה בהפסקה
call-phase-failed = לא ניתן היה להיכנס לשיחה

call-hold-title = הפגישה בהפסקה
call-hold-text = אף אחד לא רואה ולא שומע אותך עד שהיא תימשך.

peer-state-connecting = מתחברים…
peer-state-connected = מחובר
peer-state-reconnecting = מתחברים מחדש…
peer-state-away = הקשר אבד. המקום נשמר.

peer-mic-off = המיקרופון כבוי
peer-camera-off = המצלמה כבויה
peer-on-hold = בהמתנה
peer-speaking = בדיבור

tile-show-large = להציג בגדול: { $name }
tile-show-screen-large = להציג בגדול את המסך של { $name }
tile-same-size = להציג את כולם באותו גודל
tile-shared-screen-large = להציג בגדול את המסך המשותף
tile-more = קול וגודל: { $name }
tile-screen-of = המסך של { $name }

volume-label = עוצמת הקול
volume-value = { $percent }%
volume-mute = להשתיק אצלי
volume-hint = השינוי נשמע רק אצלך.
peer-muted-for-me = הקול מושתק אצלך

switch-mic = מיקרופון
switch-camera = מצלמה
switch-on = פועל
switch-off = כבוי
switch-paused = בהשהיה
switch-not-allowed = לא מותר
call-not-allowed =
    { $media ->
        [mic] בפגישה הזאת המרפאה לא אפשרה לך להפעיל מיקרופון. רואים אותך, ואפשר לראות ולשמוע את האחרים.
        [camera] בפגישה הזאת המרפאה לא אפשרה לך להפעיל מצלמה. שומעים אותך, ואפשר לראות ולשמוע את האחרים.
       *[both] בפגישה הזאת המרפאה לא אפשרה לך להפעיל מיקרופון או מצלמה. אפשר לצפות ולהקשיב.
    }
switch-mic-shortcut = מיקרופון (מקש M)
switch-camera-shortcut = מצלמה (מקש V)
level-mic = עוצמת המיקרופון שלך

device-mic-missing = לא נמצא מיקרופון. חברו אחד.
device-mic-in-use = תוכנה אחרת משתמשת במיקרופון. סגרו אותה.
device-mic-not-allowed = המערכת אינה מאפשרת ליישום להשתמש במיקרופון. אפשרו זאת בהגדרות המערכת.
device-mic-not-allowed-browser = לדפדפן הזה אין הרשאה להשתמש במיקרופון. לחצו על הסמל שליד הכתובת למעלה, אשרו את המיקרופון, ואז כבו והפעילו אותו כאן.
device-mic-failed = המיקרופון הפסיק לעבוד. נתקו וחברו אותו שוב, או בחרו אחר.
device-camera-missing = לא נמצאה מצלמה. חברו אחת.
device-camera-in-use = תוכנה אחרת משתמשת במצלמה. סגרו אותה.
device-camera-not-allowed = המערכת אינה מאפשרת ליישום להשתמש במצלמה. אפשרו זאת בהגדרות המערכת.
device-camera-not-allowed-browser = לדפדפן הזה אין הרשאה להשתמש במצלמה. לחצו על הסמל שליד הכתובת למעלה, אשרו את המצלמה, ואז כבו והפעילו אותה כאן.
device-camera-failed = המצלמה הפסיקה לעבוד. נתקו וחברו אותה שוב, או בחרו אחרת.

devices-open = התקנים
devices-title = מצלמה וקול
devices-camera = מצלמה
devices-microphone = מיקרופון
devices-speaker = רמקול
devices-ring = מצלצל דרך
devices-ring-speaker = אותו רמקול כמו בשיחה
devices-none = לא נמצא
devices-test-picture = תמונת בדיקה
devices-test-tone = צליל בדיקה
devices-test-speaker = ללא קול
devices-refresh = לחפש התקנים שוב
devices-system = כמו במערכת

processing-title = הצליל של המיקרופון שלך
processing-echo-cancellation = להסיר הד
processing-noise-suppression = להסיר רעש
processing-gain-control = לאזן את עוצמת הקול
processing-clinical = להעביר את הצליל כמות שהוא
processing-clinical-hint = לסטטוסקופ. השתמשו באוזניות: בינתיים ההד אינו מוסר.

clock-label = זמן הפגישה
clock-remaining = נותרו
clock-overtime = מעבר לזמן
clock-paused = בהפסקה
clock-over = הזמן המתוכנן תם

extend-open = הארכה
extend-title = הארכת הפגישה
extend-by =
    { $minutes ->
        [one] עוד דקה אחת
        [two] עוד שתי דקות
       *[other] עוד { $minutes } דקות
    }
extend-busy = מאריכים…
more-time-asked =
    { $vertical ->
        [medicine] התקבלה בקשה מהמטופל/ת לעוד זמן
       *[general] התקבלה בקשה מהלקוח/ה לעוד זמן
    }
more-time-dismiss = לא עכשיו
ask-more-time = לבקש עוד זמן
ask-more-time-asked = הבקשה לעוד זמן נשלחה.

web-room-title = השיחה מתקיימת בדפדפן שלך
web-room-where = חפשו את חלון הדפדפן עם הכתובת { $host }. אם הוא מבקש לאפשר מצלמה ומיקרופון, אשרו.
web-room-opening = השיחה נפתחת בדפדפן שלך…
web-room-address = השיחה מתקיימת בכתובת { $host }.
web-room-again = לפתוח שוב
web-room-trouble = לא נפתח דבר? לחצו על ״{ web-room-again }״. אם זה לא עוזר, התקשרו למרפאה.
web-room-stay = השאירו את החלון הזה פתוח: כאן מוצג זמן הפגישה ומכאן יוצאים ממנה. אחר כך סגרו גם את הדף בדפדפן.
web-room-paused = השעון עומד, אבל השיחה בדפדפן נמשכת. כבו שם את המיקרופון ואת המצלמה.

about-open = על הפגישה
