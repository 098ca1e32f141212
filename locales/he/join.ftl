### The page behind the address of a conference. It is read by people who have no link of their own.

join-title = שיחת וידאו של המרפאה
join-text = לשיחה הזאת נכנסים בקישור אישי. פתחו את הקישור מההודעה, או חזרו לדף שבו הוזמנתם.
join-staff = אנשי הצוות ימצאו את השיחה באפליקציה Consilium.
