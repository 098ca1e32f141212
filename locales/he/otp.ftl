### The one-time code that some visits ask for first.

otp-title = הקלדת הקוד
otp-before-title = קודם נדרש קוד
otp-before = הפגישה הזו מוגנת בקוד חד־פעמי. המרפאה תשלח לך אותו בהודעה.
otp-sent = המרפאה שלחה לך הודעה עם קוד. הקלידו אותו כאן.
otp-label = הקוד מההודעה
otp-send = לקבל קוד
otp-sending = שולחים…
otp-resend = לקבל קוד חדש
otp-resend-wait =
    { $seconds ->
        [one] אפשר לקבל קוד חדש בעוד שנייה
        [two] אפשר לקבל קוד חדש בעוד שתי שניות
       *[other] אפשר לקבל קוד חדש בעוד { $seconds } שניות
    }
otp-submit = להמשיך
otp-verifying = בודקים…
otp-help = לא הגיעה הודעה? בדקו גם בתיקיית הספאם. אם הקוד לא מגיע, התקשרו למרפאה.
otp-leave = לא עכשיו
