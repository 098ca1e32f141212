### מה ששולחן העבודה מציג מחוץ לחלון: התראות, סמל במגש המערכת, בחירת קבצים.

notify-messages =
    { $count ->
        [one] הודעה חדשה
        [two] שתי הודעות חדשות
       *[other] { $count } הודעות חדשות
    }

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
