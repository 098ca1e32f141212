### מה ששולחן העבודה מציג מחוץ לחלון: התראות, סמל במגש המערכת, בחירת קבצים.

notify-messages =
    { $count ->
        [one] הודעה חדשה
        [two] שתי הודעות חדשות
       *[other] { $count } הודעות חדשות
    }

notify-knocking = בקשה להיכנס
notify-knocking-count =
    { $count ->
        [one] מישהו מבקש להיכנס
        [two] שני אנשים מבקשים להיכנס
       *[other] { $count } אנשים מבקשים להיכנס
    }
notify-rung = קוראים לך
notify-rung-text = הגיע תורך. אפשר לחזור לפגישה.
notify-noted = הודעה מהמרפאה
notify-noted-text = יש לפתוח את הפגישה כדי לקרוא.
notify-admitted = הוכנסת
notify-admitted-text = הפגישה מתחילה.
notify-denied = לא הוכנסת
notify-denied-text = יש לפתוח את הפגישה כדי לקרוא למה.
notify-calls =
    { $count ->
        [one] שיחה נכנסת
        [two] שתי שיחות נכנסות
       *[other] { $count } שיחות נכנסות
    }
notify-accept = מענה
notify-decline = דחייה
notify-in-tray = Consilium נשארת ליד השעון
notify-in-tray-text = השיחות ממשיכות לצלצל. לשינוי: ״{ calls-title }״, ואז ״{ calls-in-tray }״.

tray-unread =
    { $count ->
        [0] אין הודעות שלא נקראו
        [one] הודעה אחת שלא נקראה
        [two] שתי הודעות שלא נקראו
       *[other] { $count } הודעות שלא נקראו
    }
tray-open = פתיחת Consilium
tray-messages = הודעות
tray-quit = סגירת Consilium

dialog-files = קבצים לשליחה
dialog-place = שמירת הקובץ
