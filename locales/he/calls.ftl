### להתקשר עכשיו: למי אפשר להתקשר, שיחות נכנסות, יומן השיחות, הזמנה לפגישה.

calls-title = שיחות
calls-close = לסגור את השיחות
calls-places = פגישות, הודעות ושיחות
calls-missed-count =
    { $count ->
        [one] שיחה אחת שלא נענתה
        [two] שתי שיחות שלא נענו
       *[other] { $count } שיחות שלא נענו
    }
calls-tabs = מה להציג
calls-tab-people = אנשים
calls-tab-log = שיחות אחרונות
calls-loading = רק רגע…
calls-offline = אין קשר עם המרפאה. כשהקשר יחזור, שוב יוכלו להתקשר אליך.

calls-undisturbed = נא לא להפריע
calls-undisturbed-off-hint = במצב זה לא יישמע צלצול. מה שלא נענה נמצא תחת ״{ calls-tab-log }״.
calls-undisturbed-on-hint = כרגע לא נשמע צלצול. מה שלא נענה נמצא תחת ״{ calls-tab-log }״.
calls-undisturbed-badge = מצב ״{ calls-undisturbed }״ פועל
calls-ring-sound = צליל הצלצול
calls-in-tray = צלצול גם כשהחלון סגור
calls-in-tray-hint = במצב זה, אחרי סגירת החלון Consilium נשארת ליד השעון. במהלך פגישה או שיחה, סגירת החלון סוגרת את Consilium.

calls-search = חיפוש לפי שם
calls-teams = צוותים
calls-contacts = עמיתים
calls-found-count =
    { $count ->
        [0] לא נמצא איש
        [one] נמצאה תוצאה אחת
        [two] נמצאו שתי תוצאות
       *[other] נמצאו { $count } תוצאות
    }
calls-none = לא נמצא איש
calls-none-hint = בדקו את השם, או הקלידו רק את תחילתו.
calls-nobody = עדיין אין למי להתקשר
calls-nobody-hint = העמיתים שלך יופיעו כאן ברגע שהמרפאה תוסיף אותם.
calls-availability-available = ברשת
calls-availability-in-call = בשיחה
calls-availability-do-not-disturb = נא לא להפריע
calls-availability-offline = לא ברשת
calls-team-size =
    { $count ->
        [one] אדם אחד
        [two] שני אנשים
       *[other] { $count } אנשים
    }
calls-team-online = ברשת: { $count }
calls-call = להתקשר
calls-call-name = { calls-call } אל { $name }
calls-calling = מתקשרים…
calls-chosen = נבחרו
calls-chosen-remove = להסיר: { $name }
calls-about = נושא השיחה (לא חובה)
calls-call-chosen =
    { $count ->
        [one] להתקשר
        [two] להתקשר לשניהם יחד
       *[other] להתקשר לכל ה־{ $count } יחד
    }

calls-log-empty = עדיין לא היו שיחות
calls-log-empty-hint = כאן יופיעו כל השיחות שיצאו ממך ושהגיעו אליך.
calls-outcome-incoming = שיחה נכנסת
calls-outcome-outgoing = שיחה יוצאת
calls-outcome-planned = מתוכננת
calls-outcome-ringing = מצלצלת עכשיו
calls-outcome-running = מתקיימת עכשיו
calls-outcome-missed = לא נענתה
calls-outcome-declined = נדחתה
calls-outcome-no-answer = אין תשובה
calls-outcome-cancelled = בוטלה
calls-new = חדשה
calls-back = להתקשר חזרה
calls-again = להתקשר שוב
calls-rejoin = לחזור לשיחה
calls-named = { $action }: { $name }

ring-title = שיחה נכנסת
ring-title-into = הזמנה להצטרף
ring-announce = { ring-title }: { $name }. כדי לענות, הקישו על Tab.
ring-announce-into = { ring-title-into }: { $name }. כדי לענות, הקישו על Tab.
ring-others =
    { $count ->
        [one] ועוד אדם אחד
        [two] ועוד שני אנשים
       *[other] ועוד { $count } אנשים
    }
ring-left =
    { $seconds ->
        [one] הצלצול יימשך עוד שנייה אחת
        [two] הצלצול יימשך עוד שתי שניות
       *[other] הצלצול יימשך עוד { $seconds } שניות
    }
ring-accept = לענות
ring-hold-accept = להעביר להמתנה ולענות
ring-accepting = עונים…
ring-decline = לדחות
ring-busy = תפוס
ring-hold-hint = השיחה הנוכחית תימשך בלעדיך. בלחיצה אחת אפשר לחזור אליה.

held-title = בהמתנה: { $title }
held-untitled = שיחה אחרת בהמתנה
held-back = לחזור לשיחה

outgoing-title = מתקשרים…
outgoing-title-again = הוזמנו להצטרף
outgoing-text = התמונה תופיע מעצמה כשמישהו יענה.
outgoing-ringing = מצלצל…
outgoing-told = נשלחה הודעה
outgoing-answered = בדרך לשיחה…
outgoing-joined = כאן
outgoing-left = כבר לא בשיחה
outgoing-declined = השיחה נדחתה
outgoing-missed = אין תשובה
outgoing-busy = תפוס
outgoing-undisturbed = מצב ״{ calls-undisturbed }״
outgoing-nobody = איש לא ענה
outgoing-nobody-text = השיחה שלך תופיע אצלם בין השיחות האחרונות.
outgoing-cancel = לבטל את השיחה
outgoing-stop = להפסיק את הצלצול
outgoing-again = להתקשר שוב

talk-lasts = משך השיחה
talk-hang-up = לנתק
talk-hanging-up = מנתקים…
talk-ask-title = לצאת, או לסיים את השיחה?
talk-ask-text = אחרי היציאה האחרים ימשיכו לדבר.
talk-ask-stay = להישאר בשיחה
talk-ask-leave = לצאת
talk-ask-end = לסיים לכולם
talk-alone-title =
    { $count ->
        [one] הצד השני ניתק
        [two] כל האחרים ניתקו
       *[other] כל האחרים ניתקו
    }
talk-ends-in =
    { $seconds ->
        [one] השיחה תסתיים מעצמה בעוד שנייה אחת.
        [two] השיחה תסתיים מעצמה בעוד שתי שניות.
       *[other] השיחה תסתיים מעצמה בעוד { $seconds } שניות.
    }
talk-away-title = רק רגע…
talk-away-text = השיחה בהמתנה, או שהקשר עם הצד השני נותק. היא תימשך מעצמה.
talk-over-title = השיחה הסתיימה
talk-over-length = משך השיחה: { $length }.
talk-over-text = היא מופיעה תחת ״{ calls-tab-log }״.
talk-left-title = ניתקת את השיחה
talk-left-text = האחרים עדיין מדברים. כל עוד השיחה נמשכת אפשר לחזור אליה.
talk-about = על השיחה

invite-open = להזמין מישהו
invite-title = הזמנה להצטרף
invite-ways = דרך ההזמנה
invite-way-people = עמיתים
invite-way-link = בקישור
invite-people-text = אצלם יישמע צלצול מיד. מי שיענה יצטרף.
invite-ring-count =
    { $count ->
        [0] להזמין
        [one] להזמין אדם אחד
        [two] להזמין שני אנשים
       *[other] להזמין { $count } אנשים
    }
invite-ringing = מזמינים…
invite-link-text = למי שאינו מהמרפאה, כמו מתורגמן או קרוב משפחה. הקישור נפתח בדפדפן ומכניס אדם אחד.
invite-name = השם, כפי שהאחרים יראו אותו
invite-role = תפקיד (לא חובה)
invite-role-interpreter = תרגום
invite-role-guardian = אפוטרופסות
invite-role-relative = משפחה
invite-role-colleague = צוות
invite-make = ליצור קישור
invite-making = הקישור נוצר…
invite-link = קישור עבור { $name }
invite-link-alone = לאדם אחד ולפעם אחת. תקף עד { $time }.
invite-copy = להעתיק
invite-copied = הועתק. עכשיו אפשר לשלוח אותו בדוא״ל או בהודעה.
invite-copy-failed = לא ניתן היה להעתיק. סמנו את הקישור והקישו על Ctrl ועל C.
invite-another = קישור נוסף
invite-close = סגירה

call-audio-only =
    { $most ->
        [one] יש כאן יותר ממשתתף { $most }
        [two] יש כאן יותר מ-{ $most } משתתפים
       *[other] יש כאן יותר מ-{ $most } משתתפים
    }: בינתיים רק קול. כשיהיו פחות משתתפים, התמונות יחזרו מעצמן.
