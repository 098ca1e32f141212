### Help for the specialist: what each screen of a visit is for. Buttons are called by their names.

help-title = מה קורה כאן

help-pending-1 = הפגישה עוד לא פתוחה: אף אחד לא יכול להיכנס.
help-pending-2 = ״{ action-open }״ – האחרים יוכלו להיכנס, וכאן אפשר לראות מי הגיע.
help-pending-3 = ״{ action-cancel }״ – הפגישה לא תתקיים, וכל המשתתפים יקבלו על כך הודעה.

help-open-1 = האחרים כבר יכולים להיכנס, וכאן אפשר לראות מי הגיע.
help-open-2 = כשתהיו מוכנים, לחצו על ״{ action-join }״. המצלמה והמיקרופון פועלים רק במהלך השיחה.
help-open-3 = הפגישה תתחיל מעצמה ברגע שכל מי שצריך יהיה כאן. ״{ action-start }״ – להתחיל בלי לחכות.
help-open-4 = השעון מתחיל עם תחילת הפגישה, ולא מעכשיו.

help-back-1 = הפגישה מתקיימת בלעדיך, והשעון שלה ממשיך.
help-back-2 = כדי לחזור לחצו על ״{ action-join }״. המיקרופון והמצלמה יישארו כפי שהיו.

help-started-1 = ״{ action-pause }״ עוצרת את השעון ואת השיחה לכולם. ״{ action-resume }״ – מאותה נקודה.
help-started-2 = ״{ action-leave }״ – רק אתם יוצאים. אפשר לחזור כל עוד הפגישה מתקיימת.
help-started-3 = ״{ action-finish }״ – הפגישה תסתיים לכולם. אפשר להתחרט במשך שלוש דקות.
help-started-4 = כשהזמן תם הפגישה אינה נקטעת. ״{ extend-open }״ – להוסיף זמן לכולם.
help-web-room-1 = ״{ action-pause }״ עוצרת רק את השעון. השיחה בדפדפן נמשכת עד שסוגרים אותה שם.

help-waiting-1 = חסר מישהו שצריך. השעון ממשיך: המתנה אינה הפסקה.
help-waiting-2 = מי שהתנתק יכול לחזור באותו קישור.
help-waiting-3 = ״{ action-finish }״ – הפגישה תסתיים לכולם. אפשר להתחרט במשך שלוש דקות.

help-paused-1 = אף אחד לא נראה ולא נשמע, והשעון עומד.
help-paused-2 = ״{ action-resume }״ – מאותה נקודה.
help-paused-3 = ״{ action-finish }״ – הפגישה תסתיים לכולם. אפשר להתחרט במשך שלוש דקות.

help-over-1 = ״{ action-restore }״ – אפשר לבטל את הסיום במשך שלוש דקות, ואז כולם יוכלו להיכנס שוב.
help-over-2 = ״{ finish-net }״ הוא מה שספר השעון.
help-over-3 = ״{ finish-both }״ הוא הזמן שבו שני הצדדים היו כאן.

help-cancelled-1 = הפגישה לא תתקיים. כל המשתתפים קיבלו על כך הודעה.
help-cancelled-2 = ״{ action-restore }״ – אפשר להחזיר במשך שלוש דקות, אלא אם המרפאה עצמה ביטלה.
help-cancelled-3 = מועד אחר נקבע במרפאה.
