### The window itself: start, sign-in, the day, what stands around every screen.

app-name = Consilium
app-not-heard = The app did not take your last step. Please try it again.

language-switch = Language
language-ru = Русский
language-en = English
language-he = עברית

retry = Try again
close = Close
go-home = Today’s visits

starting-title = Starting Consilium
opening-title = Opening your visit
opening-text = This takes a few seconds.

sign-in-title = Sign in
sign-in-text = For specialists. Your clinic gave you a login and a password.
sign-in-server = Server
sign-in-login = Login
sign-in-password = Password
sign-in-show-password = Show password
sign-in-submit = Sign in
sign-in-busy = Signing in…

link-title = Do you have an appointment link?
link-text = Copy it from the message of your clinic and paste it here. You need no login.
link-label = Appointment link
link-submit = Open the visit
link-another = Open a visit by its link

home-title = Today
home-visits = Visits
home-count =
    { $count ->
        [0] No visits
        [one] { $count } visit
       *[other] { $count } visits
    }
home-waiting-count =
    { $count ->
        [one] { $count } person is waiting for you
       *[other] { $count } people are waiting for you
    }
home-client-waits = Waiting for you
home-empty-title = No visits today
home-empty-text = A new visit appears here by itself as soon as your clinic books it.
home-stale = The list may be out of date.
home-sign-out = Sign out
home-remembered = You stay signed in on this computer.
home-not-remembered = You will have to sign in again after closing the app.

minutes =
    { $minutes ->
        [one] { $minutes } minute
       *[other] { $minutes } minutes
    }

status-pending = Not open yet
status-open-for-joining = Open for joining
status-started = In progress
status-started-and-waiting = Waiting for a participant
status-started-and-paused = Paused
status-cancelled-before-start = Cancelled
status-cancelled-after-start = Not completed
status-finished = Finished

line-reconnecting = The connection to the clinic is lost. Reconnecting by itself…

notice-dismiss = Dismiss
notice-info-changed = The clinic has changed the details of this visit.
notice-not-remembered = Your sign-in could not be kept on this computer. You will have to sign in again after closing the app.
notice-share-ended = Nobody sees your screen any more: the visit was paused, or what you were showing was closed.
notice-knock-not-answered = Your answer did not reach the person who waits. Try again in a moment.
notice-device-changed = The device you chose is no longer connected. Another one is used now.
notice-no-speaker = No speaker was found: you will not hear the others. Plug one in and choose it under “Devices”.
notice-five-minutes-left = Five minutes of the planned time are left.
notice-one-minute-left = One minute of the planned time is left.
notice-more-time-asked = A participant asks for more time.
notice-extended = The visit has been extended.
notice-answered-elsewhere = You have answered this call on another device.
notice-call-over = The call had already ended.

cli-not-understood = Consilium does not understand how it was started.
cli-hint = Start it from its icon, or with the link from your message. Help: consilium --help
