### The screens of a visit before and after the call. $vertical is "medicine" or "general".

role-specialist =
    { $vertical ->
        [medicine] רופא/ה
       *[general] איש/אשת מקצוע
    }
role-client =
    { $vertical ->
        [medicine] מטופל/ת
       *[general] לקוח/ה
    }
role-visitor = אורח/ת

info-title = על הפגישה
info-when = מתי
info-branch-time = { $time } · { $zone }
info-your-time = { $time } לפי השעון שלך
info-where = מרפאה
info-services = שירות
info-people = משתתפים

person-guest = אורח/ת
person-you = את/ה
person-joined = כאן
person-not-joined = עוד לא כאן

action-open = לפתוח להצטרפות
action-join = להצטרף
action-leave = לצאת
action-start = להתחיל את הפגישה
action-pause = הפסקה
action-resume = להמשיך
action-finish = לסיים
action-cancel = לבטל את הפגישה
action-restore = להחזיר את הפגישה

busy-open = נפתחת…
busy-join = מצטרפים…
busy-leave = יוצאים…
busy-start = מתחילים…
busy-pause = עוצרים…
busy-resume = ממשיכים…
busy-finish = מסיימים…
busy-cancel = מבטלים…
busy-restore = מחזירים…

confirm-leave-title = לצאת מהפגישה?
confirm-leave-text = האחרים ימשיכו בלעדיך. אפשר לחזור כל עוד הפגישה מתקיימת.
confirm-leave-stay = להישאר
confirm-finish-title = לסיים את הפגישה לכולם?
confirm-finish-text = השיחה תסתיים אצל כל המשתתפים. אפשר להתחרט במשך שלוש דקות.
confirm-finish-stay = להמשיך בפגישה
confirm-cancel-title = לבטל את הפגישה?
confirm-cancel-text = הפגישה לא תתקיים. מי שהיא פתוחה אצלו יקבל הודעה מיד; האחרים יראו זאת כשיפתחו את הקישור שלהם.
confirm-cancel-stay = לא לבטל

pending-client-title =
    { $vertical ->
        [medicine] הפגישה עוד לא נפתחה על ידי הרופא/ה
       *[general] הפגישה עוד לא נפתחה על ידי איש המקצוע
    }
pending-client-text = הישארו כאן. הדף ישתנה מעצמו ברגע שיהיה אפשר להצטרף.
pending-open-title = כבר אפשר להיכנס
pending-open-text = לחצו על ״{ action-join }״ והמתינו בפנים. המצלמה והמיקרופון פועלים רק במהלך השיחה.
pending-specialist-title = הפגישה עוד לא פתוחה
pending-specialist-text =
    { $vertical ->
        [medicine] פתחו אותה כשתהיו מוכנים. אז המטופל/ת יוכל להצטרף.
       *[general] פתחו אותה כשתהיו מוכנים. אז הלקוח/ה יוכל להצטרף.
    }
pending-opens-at = אפשר לפתוח החל מהשעה { $time }.
starts-in-days =
    { $days ->
        [one] מתחילה בעוד יום בערך
        [two] מתחילה בעוד יומיים בערך
       *[other] מתחילה בעוד { $days } ימים בערך
    }
starts-in-hours = מתחילה בעוד { $hours } שע׳ { $minutes } דק׳
starts-in-minutes =
    { $minutes ->
        [one] מתחילה בעוד דקה
        [two] מתחילה בעוד שתי דקות
       *[other] מתחילה בעוד { $minutes } דקות
    }
starts-now = הגיע הזמן להתחיל

join-client-title =
    { $vertical ->
        [medicine] הרופא/ה מחכה לך
       *[general] איש המקצוע מחכה לך
    }
join-client-text = לחצו על ״{ $action }״ כדי להיכנס. המצלמה והמיקרופון פועלים רק במהלך השיחה.
join-client-waiting-title = הגעתם לחדר ההמתנה
join-client-waiting-text =
    { $vertical ->
        [medicine] השיחה תתחיל מעצמה כשהרופא/ה יתחיל אותה. אנא הישארו כאן.
       *[general] השיחה תתחיל מעצמה כשאיש המקצוע יתחיל אותה. אנא הישארו כאן.
    }
join-client-back-title = הפגישה מתקיימת
join-client-back-text = אפשר לחזור עכשיו. האחרים יראו שאתם כאן.
join-specialist-title = הפגישה פתוחה
join-specialist-text =
    { $vertical ->
        [medicine] המטופל/ת כבר יכול להצטרף. הצטרפו כשתהיו מוכנים.
       *[general] הלקוח/ה כבר יכול להצטרף. הצטרפו כשתהיו מוכנים.
    }
join-specialist-waiting-title =
    { $vertical ->
        [medicine] ממתינים למטופל/ת
       *[general] ממתינים ללקוח/ה
    }
join-specialist-waiting-text = השיחה תתחיל מעצמה ברגע שכל מי שצריך יהיה כאן.
join-specialist-ready-title =
    { $vertical ->
        [medicine] המטופל/ת בהמתנה לך
       *[general] הלקוח/ה בהמתנה לך
    }
join-specialist-ready-text = הצטרפו כשתהיו מוכנים.
join-specialist-back-title = הפגישה מתקיימת
join-specialist-back-text = אפשר לחזור עכשיו.

cancelled-title = הפגישה בוטלה
cancelled-client-text = אם היא עדיין נחוצה לך, קבעו מועד אחר במרפאה.
cancelled-specialist-text = היא לא התקיימה.
restore-hint = אם הפגישה הסתיימה בטעות, אפשר להחזיר אותה במשך שלוש דקות.
restore-left =
    { $seconds ->
        [one] אם זו טעות, אפשר להחזיר את הפגישה עוד שנייה אחת.
        [two] אם זו טעות, אפשר להחזיר את הפגישה עוד שתי שניות.
       *[other] אם זו טעות, אפשר להחזיר את הפגישה עוד { $seconds } שניות.
    }

finish-title = הפגישה הסתיימה
finish-early-title = הפגישה נקטעה
finish-never-title = הפגישה לא התקיימה
finish-never-text = הזמן שלה עבר, והיא לא התחילה.
finish-client-text = תודה. אפשר לסגור את החלון.
finish-specialist-text = למטה מופיעים הזמנים כפי שהיו בפועל.
finish-times = זמנים בפועל
finish-started = התחלה
finish-ended = סיום
finish-net = משך ללא הפסקות
finish-scheduled = משך מתוכנן
finish-dirty = משך כולל הפסקות
finish-both = זמן משותף
finish-real = מישהו היה כאן
finish-gaps = הפרעות
gap-paused = הפסקה
gap-absent = חסר משתתף
gap-ended = הסתיימה והוחזרה
length-seconds = { $seconds } שנ׳
length-whole-minutes = { $minutes } דק׳
length-minutes = { $minutes } דק׳ { $seconds } שנ׳
length-hours = { $hours } שע׳ { $minutes } דק׳
finish-not-started = היא לא התחילה
