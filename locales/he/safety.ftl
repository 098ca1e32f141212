### Safety words: whether somebody sits between the two. $name is the other person. The words are in safety-words.txt.

safety-open = מילות אימות עם { $name }
safety-open-verified = הזהות אומתה: { $name }. מילות אימות
safety-open-unchecked = לא ניתן לבדוק: { $name }. מילות אימות
safety-open-changed = בדקו מי זה: { $name }, מכשיר אחר מבעבר
safety-changed-short = בדקו מי זה

safety-title = האם מישהו מאזין לשיחה?
safety-title-verified = הזהות אומתה: { $name }
safety-title-unchecked = לא ניתן לבדוק
safety-title-changed = מכשיר אחר מבעבר
safety-title-differ = ייתכן שמישהו מאזין לשיחה

safety-how = בקשו מהצד השני להקריא את שלוש המילים שלו. אם הן זהות לשלכם, אף אחד אינו מאזין.
safety-where = המילים מופיעות אצל הצד השני מאחורי אותו סמל מגן, בשפה שלו.
safety-verified-text = המילים הושוו, ואף אחד אינו מאזין. בשיחות הבאות המכשיר הזה יזוהה כל עוד שרת המרפאה מציין את אותו חשבון.
safety-unchecked-text = לא ידוע אם הזהות אומתה בעבר. השוו את המילים; הסימן יחול על השיחה הזאת בלבד.
safety-unchecked-wordless = אין מילות אימות עם הצד השני. בדפדפן ובגרסאות ישנות של התוכנה אין כאלה. גם מי שמאזין יכול לעכב אותן. אם יש ספק, התקשרו למרפאה.
safety-changed-text = הזהות אומתה בעבר, אך השיחה מגיעה עכשיו ממכשיר אחר. כך קורה עם מחשב חדש או התקנה חדשה, וכך קורה גם כשמישהו מאזין. השוו את המילים כדי לדעת.
safety-no-words = המילים עדיין לא כאן. עד שיופיעו, אל תדברו על דברים פרטיים. אם הן לא מופיעות, התקשרו למרפאה.
safety-differ-text = אל תדברו על דברים פרטיים. צאו מהשיחה, התקשרו למרפאה בטלפון וספרו על כך.

safety-words = שלוש המילים שלכם
safety-same = הן זהות
safety-differ = הן שונות
safety-again = להשוות שוב
safety-forget = להסיר את הסימן
