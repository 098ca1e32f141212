### חדר ההמתנה ובדיקת המכשירים. $vertical הוא "medicine" או "general".

lobby-arriving-title = בדרך לחדר ההמתנה
lobby-arriving-text = זה אורך כמה שניות.
lobby-early-title = עוד מוקדם
lobby-early-text = אפשר להישאר כאן. כשיגיע הזמן, המרפאה תדע מעצמה שהגעת.
lobby-knocking-title = הגעת לחדר ההמתנה
lobby-knocking-text =
    { $vertical ->
        [medicine] הצוות הרפואי יודע שהגעת, ויכניס אותך. עד אז אף אחד לא רואה ולא שומע אותך.
       *[general] הצוות יודע שהגעת, ויכניס אותך. עד אז אף אחד לא רואה ולא שומע אותך.
    }
lobby-away-title = התרחקת מהמסך
lobby-away-text = המקום שלך נשמר. כשיגיע תורך המחשב יצלצל: יש להשאיר את הצליל פועל.
lobby-rung-title = קוראים לך
lobby-rung-text = הגיע תורך. יש לומר שחזרת, ויכניסו אותך.
lobby-reconnecting-title = הקשר אבד
lobby-reconnecting-text = מתחברים מחדש באופן אוטומטי. המקום שלך נשמר לדקה.
lobby-denied-title = לא הוכנסת
lobby-denied-text = אפשר לדפוק שוב בעוד דקה. אם לא מצפים לך עכשיו, אפשר לבקש מהמרפאה מועד אחר.
lobby-denied-reason = המרפאה כותבת:
lobby-outside-title = יצאת מהפגישה
lobby-outside-text = אפשר לדפוק כשרוצים להיכנס.
lobby-place =
    { $before ->
        [0] התור הבא שלך.
        [one] לפניך בתור אדם אחד.
        [two] לפניך בתור שני אנשים.
       *[other] לפניך בתור { $before } אנשים.
    }
lobby-estimate =
    { $minutes ->
        [0] זה יכול לקרות בכל רגע.
        [one] ההמתנה היא כדקה, לפי הפגישות שלפניך.
        [two] ההמתנה היא כשתי דקות, לפי הפגישות שלפניך.
       *[other] ההמתנה היא כ־{ $minutes } דקות, לפי הפגישות שלפניך.
    }
lobby-estimate-unknown = עדיין אי אפשר לומר כמה זמן זה ייקח.
lobby-step-away = להתרחק מהמסך
lobby-back = חזרתי
lobby-knock = לדפוק
lobby-knock-again = לדפוק שוב
lobby-notes = הודעות מהמרפאה
lobby-choice = כשיכניסו אותך
lobby-choice-off = עד שלא יופעלו, לא יראו ולא ישמעו אותך.

check-open = בדיקת מצלמה וקול
check-open-text = אורך חצי דקה. המצלמה והמיקרופון יופעלו, לעיניך בלבד.
check-title = מצלמה, קול וקשר
check-close = סיום
check-again = לבדוק שוב
check-looking = בודקים…
check-picture = התמונה מהמצלמה שלך
check-camera-good = יראו אותך.
check-camera-off = המצלמה כבויה. לא יראו אותך.
check-microphone-good = ישמעו אותך.
check-microphone-looking = יש לומר כמה מילים: הפס צריך לזוז.
check-microphone-poor = לא שומעים דבר. אפשר לדבר בקול רם יותר, לבדוק אם האוזניות מושתקות או לבחור מיקרופון אחר.
check-microphone-off = המיקרופון כבוי. לא ישמעו אותך.
check-speaker = צליל
check-speaker-play = להשמיע צליל
check-speaker-playing = משמיעים…
check-speaker-question = הצליל נשמע?
check-speaker-yes = כן
check-speaker-no = לא
check-speaker-good = הקול של האחרים יישמע אצלך.
check-speaker-poor = אפשר להגביר את העוצמה, לבדוק אם מחוברות אוזניות או לבחור רמקול אחר.
check-speaker-missing = לא נמצא רמקול. חברו אחד.
check-speaker-busy = תוכנה אחרת משתמשת ברמקול. סגרו אותה.
check-speaker-forbidden = המערכת אינה מאפשרת ליישום להשתמש ברמקול. אפשרו זאת בהגדרות המערכת.
check-speaker-failed = לא ניתן היה להשמיע את הצליל. בחרו רמקול אחר.
check-network = קשר
check-network-relay-good = שרת הממסר של המרפאה עונה: השיחה תעבור.
check-network-server-good = השרת של המרפאה עונה.
check-network-poor = הקשר איטי. אפשר להתקרב לנתב, להתחבר בכבל ולסגור הורדות.
check-network-relay-failed = שרת הממסר של המרפאה אינו עונה. ייתכן שהשיחה תעבור בכל זאת; אם לא, נסו רשת אחרת או נקודה חמה מהטלפון.
check-network-server-failed = השרת של המרפאה אינו עונה. בדקו אם המחשב מחובר לרשת.
check-round-trip = הלוך ושוב: { $ms } מ״ש
check-all-good = הכול עובד.

knocks-title = ממתינים להיכנס
knocks-waits = זמן המתנה: { $time }
knocks-more =
    { $count ->
        [one] עוד אחד
        [two] עוד שניים
       *[other] עוד { $count }
    }
knocks-fewer = להציג פחות
knocks-away = לא ליד המסך
knocks-admit = להכניס
knocks-admit-elsewhere = להצטרף ולהכניס
knocks-admitting = מכניסים…
knocks-elsewhere-hint = ״להצטרף ולהכניס״ פותח את הפגישה; המצלמה והמיקרופון יופעלו.
knocks-hold-admit = להעביר להמתנה ולהכניס
knocks-beyond-hint = השיחה הנוכחית תעבור להמתנה, והפגישה תיפתח עם מצלמה ומיקרופון פועלים.
knocks-deny = לדחות
knocks-deny-title = לדחות את { $name }?
knocks-deny-reason = סיבה, כדי שיהיה ברור מה לעשות
knocks-note = לכתוב
knocks-note-title = הודעה אל { $name }
knocks-note-text = ההודעה שלך
knocks-send = לשלוח
knocks-back = חזרה
knocks-ring = לצלצל
knocks-name = { $action }: { $name }
ready-all = הכול מוכן
ready-camera = מצלמה
ready-microphone = מיקרופון
ready-network = קשר
ready-unknown = בלי בדיקה
ready-looking = בבדיקה
ready-good = בסדר
ready-poor = איכות נמוכה
ready-missing = אין
ready-busy = בשימוש תוכנה אחרת
ready-forbidden = אין הרשאה
ready-failed = תקלה
ready-pair = { $device }: { $state }
