### הצגת המסך שלך לאחרים.

share-start = שיתוף מסך
share-stop = הפסקת השיתוף
share-cancel = ביטול

share-choose-title = מה להציג?
share-choose-text = אף אחד עוד לא רואה דבר. התצוגה תופיע קודם רק אצלך.
share-choose-busy = מחפשים מסכים וחלונות…
share-choose-none = אין עדיין מה להציג. פתחו את החלון הרצוי וחפשו שוב.
share-choose-again = לחפש שוב

share-kind-screen = המסך כולו
share-kind-window = חלון
share-kind-system-choice = לבחור ברשימה של המערכת
share-kind-synthetic = תמונת בדיקה

share-preview-title = זה מה שהאחרים יראו
share-preview-text = אף אחד עוד לא רואה את זה.
share-preview-busy = התמונה כבר מגיעה…
share-preview-uncovered = גם החלון של היישום הזה והודעות קופצות ייראו בתמונה. סגרו את מה שאין צורך שאחרים יראו.
share-preview-start = להציג לאחרים
share-preview-other = לבחור משהו אחר

share-live = מוצג כעת לאחרים:
share-paused = בהשהיה, איש אינו רואה כעת:

share-problem-missing = מה שנבחר כבר איננו. בחרו משהו אחר.
share-problem-in-use = תוכנה אחרת תופסת את המסך. סגרו אותה.
share-problem-not-allowed = המערכת אינה מאפשרת ליישום להציג את המסך. אפשרו זאת בהגדרות המערכת. ב־Linux התחברו לסביבת X11: אין עדיין תמיכה ב־Wayland.
share-problem-failed = אין תמונה של המסך. בחרו משהו אחר.
