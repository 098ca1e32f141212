### The browser page behind a visit's link. It is read by people who may never have seen the app.

guest-title = הפגישה שלכם
guest-text = הפגישה מתקיימת באפליקציה Consilium. לחצו על הכפתור, והאפליקציה תיפתח ישר בפגישה שלכם.
guest-open = פתיחת הפגישה
guest-no-app = לא קרה דבר? כנראה שהאפליקציה עדיין לא מותקנת במחשב הזה. בקשו אותה מהמרפאה, התקינו אותה ופתחו שוב את הדף הזה מההודעה.
guest-browser-text = אין אפליקציה במחשב הזה, או שעדיף בלעדיה? אפשר לקיים את הפגישה גם בדפדפן הזה. הוא יבקש גישה למצלמה ולמיקרופון.
guest-browser = המשך בדפדפן
guest-browser-busy = רק רגע…
guest-browser-failed = הטעינה לא הצליחה. בדקו את החיבור ולחצו שוב על הכפתור.
guest-private = הקישור הזה מיועד לכם בלבד. מי שמחזיק בו יכול להיכנס במקומכם, ולכן אל תעבירו אותו הלאה.

guest-unknown-title = הקישור לא עובד
guest-unknown-text = ייתכן שהוא לא הועתק במלואו. פתחו אותו שוב מההודעה, או בקשו מהמרפאה קישור חדש.

guest-expired-title = הפגישה הזאת הסתיימה מזמן
guest-expired-text = הקישור כבר לא בתוקף. אם נדרשת פגישה חדשה, פנו למרפאה.

guest-early-title = הפגישה עוד לא התחילה
guest-early-text = הקישור פועל מתחילת הפגישה ועד סופה. פתחו אותו שוב כשיגיע הזמן.

guest-over-title = הפגישה הסתיימה
guest-over-text = הקישור פעל עד סוף הפגישה. אם נדרשת פגישה חדשה, פנו למרפאה.

guest-canceled-title = הפגישה בוטלה
guest-canceled-text = הקישור כבר לא בתוקף. אם נדרשת פגישה חדשה, פנו למרפאה.

## The link of a call that anybody may join: it asks for a name first.
guest-name-title = כניסה לשיחה
guest-name-text = הוזמנתם לשיחה. רשמו את שמכם, כדי שהאחרים ידעו מי נכנס.
guest-name-label = שמכם
guest-name-go = המשך
guest-name-wrong = רשמו שם באורך של עד 100 תווים.

guest-full-title = אין מקום פנוי בשיחה
guest-full-text = כרגע לא ניתן לצרף עוד משתתפים. פתחו שוב את הקישור כשמישהו יעזוב.
