### How well the call goes: on the tiles, above the controls, in the panel with the figures, and after the visit.
### $vertical is "medicine" or "general"; $name is somebody's name.

quality-unknown = איכות הקשר נמדדת
quality-good = הקשר טוב
quality-fair = הקשר חלש
quality-poor = הקשר גרוע
quality-badge = { $name }: { $quality }. להצגת הנתונים

quality-network-mine = הקשר אצלך חלש
quality-network-theirs = הקשר בצד השני חלש
quality-network-between = הקשר ביניכם חלש
quality-processor-mine = המחשב שלך לא עומד בעומס
quality-processor-theirs = המחשב בצד השני לא עומד בעומס
quality-device-mine = המצלמה או המיקרופון שלך לא פועלים
quality-device-theirs = המצלמה או המיקרופון בצד השני לא פועלים

advice-network = התקרבו לנתב ה־Wi‑Fi או חברו כבל רשת, ועצרו הורדות.
advice-processor = סגרו תוכנות ולשוניות דפדפן אחרות.
sound-only = לכבות את המצלמה שלי
sound-only-why = בלי התמונה שלך יישאר יותר מקום לקול.

reduced-smaller = אצל { $name } התמונה שלך קטנה יותר: הקשר איטי. זה ישתפר מעצמו.
reduced-slides = אצל { $name } מתקבלת תמונה אחת שלך בשנייה: הקשר איטי. זה ישתפר מעצמו.
reduced-audio-only = אצל { $name } שומעים אותך אך לא רואים: הקשר איטי מדי. התמונה תחזור מעצמה.
reduced-over = אצל { $name } רואים שוב את התמונה המלאה שלך.

phone-offer-client = הקשר חלש מדי לשיחה. אפשר להמשיך בטלפון:
phone-offer-specialist =
    { $vertical ->
        [medicine] הקשר חלש מדי לשיחה. הציעו למטופל/ת להמשיך בטלפון:
       *[general] הקשר חלש מדי לשיחה. הציעו ללקוח/ה להמשיך בטלפון:
    }
phone-copy = להעתיק את המספר
phone-copied = הועתק

details-title = נתוני השיחה
details-wait = רק רגע…
details-drawing = התמונה מצוירת על ידי
details-drawing-page = החלון
details-drawing-native = היישום עצמו
details-processor = עומס על המעבד
details-processor-value = { $percent }% מליבה אחת
details-frames = תמונות שהתקבלו
details-frames-value = { $frames } בשנייה
details-height = גובה התמונה
details-height-value = { $pixels } פיקסלים
details-kbits-in = קצב קבלה
details-kbits-out = קצב שליחה
details-line = הקשר מסוגל להעביר
details-kbits-value = { $kbits } קילוביט בשנייה
details-round-trip = הדרך הלוך וחזור
details-ms-value = { $ms } אלפיות שנייה
details-lost = אבד בדרך
details-concealed = קול שהושלם במקום מה שאבד
details-percent-value = { $percent }%
details-frozen = התמונה עמדה במקום
details-gets = התמונה שלך בצד השני
details-gets-full = מלאה
details-gets-smaller = קטנה יותר
details-gets-slides = אחת בשנייה
details-gets-audio-only = אין, קול בלבד
details-unknown = לא ידוע

record-title = איך התנהלה השיחה
record-good = הקשר היה טוב לאורך כל הזמן.
record-fair = הקשר היה חלש מדי פעם.
record-poor = הקשר היה גרוע: התמונה והקול נפגעו.
record-by = נמדד אצל
record-with = בשיחה עם
record-seconds = זמן בקשר
record-lost = אבד בדרך, בממוצע
record-lost-p95 = אבד בדרך, פחות מזה ב־95% מהזמן
record-round-trip = הדרך הלוך וחזור, בממוצע
record-round-trip-p95 = הדרך הלוך וחזור, פחות מזה ב־95% מהזמן
record-worst = התמונה הקטנה ביותר שנשלחה
record-reconnects = הקשר אבד וחזר
