### The chat: the list of conversations, a conversation, new ones. $vertical is "medicine" or "general".

chat-title = הודעות
chat-places = פגישות והודעות
chat-unread-count =
    { $count ->
        [one] הודעה אחת שלא נקראה
        [two] שתי הודעות שלא נקראו
       *[other] { $count } הודעות שלא נקראו
    }
chat-close = סגירת ההודעות
chat-back = לכל השיחות
chat-cancel = ביטול

chat-offline = אין קשר עם המרפאה. אפשר להמשיך לכתוב: הכול יישלח מעצמו כשהקשר יחזור.
chat-waiting-count =
    { $count ->
        [one] הודעה אחת ממתינה לשליחה
        [two] שתי הודעות ממתינות לשליחה
       *[other] { $count } הודעות ממתינות לשליחה
    }
chat-kept = ההודעות נשמרות במחשב הזה בהצפנה.
chat-not-kept = ההודעות אינן נשמרות במחשב הזה: אחרי סגירת היישום הן יישארו רק אצל המרפאה.
chat-preview = להציג את תוכן ההודעה בהתראות
chat-preview-hint = אחרת ההתראה מראה רק ממי ההודעה.
chat-settings = התראות ושמירה

chat-filter = אילו שיחות להציג
chat-filter-all = הכול
chat-filter-patients =
    { $vertical ->
        [medicine] מטופלים
       *[general] לקוחות
    }
chat-filter-colleagues = עמיתים

chat-search = חיפוש בהודעות
chat-found = הודעות שנמצאו
chat-found-count =
    { $count ->
        [0] לא נמצא דבר
        [one] נמצאה הודעה אחת
        [two] נמצאו שתי הודעות
       *[other] נמצאו { $count } הודעות
    }
chat-found-none = לא נמצא דבר
chat-found-none-hint = אפשר לנסות מילה אחרת, או רק חלק ממנה.

chat-new = שיחה חדשה
chat-loading = ההודעות נטענות…
chat-empty = אין עדיין הודעות
chat-empty-begin = אפשר לפתוח שיחה עם עמיתים או עם אנשים שנקבעה להם פגישה אצלך. השיחה נמשכת לפני הפגישה, במהלכה ואחריה.
chat-empty-wait = כשיכתבו לך מהמרפאה, ההודעה תופיע כאן מעצמה.
chat-empty-filter = אין שיחות כאלה
chat-empty-filter-hint = לחצו על ״{ chat-filter-all }״ כדי לראות את כל השיחות.

chat-you = את/ה
chat-colleague = צוות
chat-group = קבוצה
chat-pin = להצמיד: { $title }
chat-unpin = לבטל הצמדה: { $title }
chat-topic-mark = התייעצות
chat-waiting-mark = עוד לא נשלחה

chat-kind-image = תמונה
chat-kind-voice = הודעה קולית
chat-kind-video = סרטון
chat-kind-file = קובץ
chat-kind-card = קישור לפגישה
chat-kind-invitation = הזמנה לשיחת וידאו
chat-kind-topic-started = נפתחה התייעצות
chat-kind-topic-ended = ההתייעצות נסגרה
chat-kind-unknown = הודעה מסוג לא מוכר

chat-people-title = שיחה חדשה
chat-people-hint = בחרו אדם אחד, או כמה אנשים לקבוצה.
chat-people-search = חיפוש לפי שם
chat-people-busy = רק רגע…
chat-people-found = אנשים
chat-people-chosen = נבחרו
chat-people-remove = להסיר: { $name }
chat-people-none = לא נמצא איש
chat-people-none-hint = בדקו את השם. אפשר לכתוב לעמיתים ולאנשים שיש או הייתה להם פגישה אצלך.
chat-people-group-name = שם הקבוצה
chat-people-begin = לכתוב
chat-people-begin-group = ליצור קבוצה

chat-log = שיחה
chat-log-hint = החיצים למעלה ולמטה עוברים מהודעה להודעה.
chat-today = היום
chat-yesterday = אתמול
chat-unread-line = הודעות חדשות
chat-start = זו תחילת השיחה.
chat-nothing-written = עוד לא נכתב כאן דבר. ההודעה הראשונה יכולה להיות שלך.
chat-earlier = להציג הודעות קודמות
chat-earlier-loading = הודעות קודמות נטענות…
chat-earlier-offline = הודעות קודמות יוצגו כשהקשר יחזור.
chat-later = להציג הודעות מאוחרות יותר
chat-to-end = להודעה האחרונה
chat-new-count =
    { $count ->
        [one] הודעה חדשה אחת
        [two] שתי הודעות חדשות
       *[other] { $count } הודעות חדשות
    }
chat-typing-one = הקלדה כעת: { $name }…
chat-typing-two = הקלדה כעת: { $first }, { $second }…
chat-typing-many =
    { $count ->
        [one] אדם אחד מקליד…
        [two] שני אנשים מקלידים…
       *[other] { $count } אנשים מקלידים…
    }

chat-by = { $name }, { $time }
chat-more = עוד על ההודעה של { $name }, { $time }
chat-menu = מה לעשות עם ההודעה
chat-reply = להשיב
chat-forward = להעביר
chat-forwarded = הועברה
chat-quote = להודעה שעליה משיבים
chat-quote-elsewhere = הודעה קודמת
chat-show-all = להציג את הכול
chat-state-waiting = ממתינה לקשר
chat-state-sending = בשליחה
chat-state-stored = נשלחה
chat-state-read = נקראה
chat-state-failed = לא נשלחה
chat-resend = לשלוח שוב
chat-discard = למחוק
chat-stop = לעצור את השליחה
chat-percent = { $percent }%

chat-picture-show = להציג את התמונה בגדול
chat-picture-by = תמונה מאת { $name }
chat-picture-failed = לא ניתן להציג את התמונה
chat-save = לשמור
chat-save-name = לשמור: { $name }
chat-saving = בשמירה
chat-sending-file = הקובץ נשלח
chat-voice-play = להשמיע את ההודעה הקולית
chat-voice-stop = לעצור
chat-voice-position = מיקום בהקלטה
chat-card-open = לפתוח את הפגישה
chat-article-open = לפתוח בדפדפן
chat-unknown = את ההודעה הזו אפשר לקרוא בגרסה חדשה יותר של היישום.

chat-field = הודעה
chat-field-hint = Enter שולח, Shift עם Enter פותח שורה חדשה.
chat-field-closed = אי אפשר עוד לשלוח כאן הודעות
chat-help = ״{ chat-title }״ פותח את השיחה של הפגישה הזו, גם במהלך שיחת הווידאו. Enter שולח, Shift עם Enter פותח שורה חדשה; בתוך השיחה החיצים עוברים מהודעה להודעה.
chat-send = לשלוח
chat-attach = לצרף קבצים
chat-add = שיחת וידאו, פגישה או התייעצות
chat-card = קישור לפגישה
chat-card-title = לאיזו פגישה?
chat-card-text = מי שמשתתף בפגישה יוכל לפתוח אותה מתוך ההודעה.
chat-card-send = לשלוח
chat-too-long =
    { $count ->
        [one] תו אחד מיותר
        [two] שני תווים מיותרים
       *[other] { $count } תווים מיותרים
    }
chat-replying = תשובה אל { $name }
chat-reply-cancel = לא להשיב
chat-record = להקליט הודעה קולית
chat-recording = מקליטים
chat-recording-level = עוצמה
chat-recording-length = { $now } מתוך { $most }
chat-record-cancel = למחוק את ההקלטה
chat-record-send = לשלוח את ההקלטה

chat-topic = התייעצות
chat-topic-answered = ניתנה תשובה
chat-topic-unanswered = עוד אין תשובה
chat-topic-open = לפתוח התייעצות
chat-topic-open-text = שאלה שמישהו מהצוות המטפל משיב עליה. היא נשארת למעלה עד שסוגרים אותה.
chat-topic-open-label = במה מדובר?
chat-topic-open-submit = לפתוח
chat-topic-close = לסגור את ההתייעצות
chat-topic-close-text = כל המשתתפים בשיחה יראו שהיא נסגרה. אפשר להמשיך לכתוב.
chat-topic-close-label = מילות סיכום, אם רוצים
chat-topic-close-submit = לסגור
chat-topic-close-short = לסגור

chat-forward-title = לאן להעביר
chat-forward-text = בשיחה שתיבחר יראו את ההודעה ואת העובדה שהועברה.
chat-forward-submit = להעביר
chat-forward-none = אין עדיין שיחה אחרת.

chat-invite = להזמין לשיחת וידאו
chat-invite-title = הזמנה לשיחת וידאו
chat-invite-text = בשיחה הזאת תופיע הזמנה. הכניסה שלכם מיידית, עם מצלמה ומיקרופון פועלים; מי שילחץ בהזמנה על ״להתחבר״ יצטרף אליכם.
chat-invite-label = מה ייכתב בהזמנה
chat-invite-prefill = אפשר להצטרף אליי לשיחת וידאו
chat-invite-submit = להזמין
chat-invite-asking = ההזמנה נשלחת…
chat-invite-in-call = מתנהלת כעת שיחה. כדי להזמין לשיחה אחרת יש לצאת ממנה.
chat-invite-failed = ההזמנה עדיין לא נשלחה
chat-invite-again = לנסות שוב
chat-invite-drop = לא להזמין

chat-invitation = הזמנה לשיחת וידאו
chat-invitation-name = השם שלכם בשיחה
chat-invitation-name-missing = קודם יש להקליד שם.
chat-invitation-hint = המצלמה והמיקרופון יופעלו.
chat-invitation-connect = להתחבר
chat-invitation-connecting = מתחברים…
chat-invitation-checking = בודקים אם שיחת הווידאו עדיין מתקיימת…
chat-invitation-in-call = מתנהלת כעת שיחה. כדי להתחבר כאן יש לצאת ממנה.
chat-invitation-over = שיחת הווידאו הסתיימה
