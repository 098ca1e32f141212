### Calling somebody now: who can be called, what rings, the call log, people invited into a visit.

calls-title = Calls
calls-close = Close calls
calls-places = Visits, messages and calls
calls-missed-count =
    { $count ->
        [one] { $count } missed call
       *[other] { $count } missed calls
    }
calls-tabs = What to show
calls-tab-people = People
calls-tab-log = Recent calls
calls-loading = One moment…
calls-offline = No connection to the clinic. Calls reach you again as soon as it is back.

calls-undisturbed = Do not disturb
calls-undisturbed-off-hint = When on, nothing rings. What you miss is under “{ calls-tab-log }”.
calls-undisturbed-on-hint = Nothing rings now. What you miss is under “{ calls-tab-log }”.
calls-undisturbed-badge = Do not disturb is on
calls-ring-sound = Sound of the ringing
calls-in-tray = Ring when the window is closed
calls-in-tray-hint = When on, closing the window leaves Consilium in the tray, next to the clock. From within a visit or a call, closing the window closes Consilium.

calls-search = Search by name
calls-teams = Teams
calls-contacts = Colleagues
calls-found-count =
    { $count ->
        [0] Nobody found
        [one] { $count } found
       *[other] { $count } found
    }
calls-none = Nobody found
calls-none-hint = Check the name, or type only the beginning of it.
calls-nobody = Nobody to call yet
calls-nobody-hint = Your colleagues appear here as soon as your clinic adds them.
calls-availability-available = Online
calls-availability-in-call = In a call
calls-availability-do-not-disturb = Do not disturb
calls-availability-offline = Offline
calls-team-size =
    { $count ->
        [one] { $count } person
       *[other] { $count } people
    }
calls-team-online = { $count } online
calls-call = Call
calls-call-name = { calls-call }: { $name }
calls-calling = Calling…
calls-chosen = Chosen
calls-chosen-remove = Remove: { $name }
calls-about = What it is about (optional)
calls-call-chosen =
    { $count ->
        [1] Call
        [2] Call both together
        [one] Call all { $count } together
       *[other] Call all { $count } together
    }

calls-log-empty = No calls yet
calls-log-empty-hint = Whoever you call and whoever calls you appears here.
calls-outcome-incoming = Incoming
calls-outcome-outgoing = Outgoing
calls-outcome-planned = Planned
calls-outcome-ringing = Ringing now
calls-outcome-running = In progress
calls-outcome-missed = Missed
calls-outcome-declined = Declined
calls-outcome-no-answer = No answer
calls-outcome-cancelled = Cancelled
calls-new = New
calls-back = Call back
calls-again = Call again
calls-rejoin = Rejoin
calls-named = { $action }: { $name }

ring-title = Incoming call
ring-title-into = You are asked to join
ring-announce = { ring-title }: { $name }. Press Tab to answer.
ring-announce-into = { ring-title-into }: { $name }. Press Tab to answer.
ring-others =
    { $count ->
        [one] and one other person
       *[other] and { $count } others
    }
ring-left =
    { $seconds ->
        [one] Rings for { $seconds } more second
       *[other] Rings for { $seconds } more seconds
    }
ring-accept = Accept
ring-hold-accept = Hold and accept
ring-accepting = Accepting…
ring-decline = Decline
ring-busy = Busy
ring-hold-hint = Your present call goes on without you. One press takes you back to it.

held-title = On hold: { $title }
held-untitled = Another call is on hold
held-back = Back to it

outgoing-title = Calling…
outgoing-title-again = Asked to join
outgoing-text = The picture appears by itself when someone answers.
outgoing-ringing = Ringing…
outgoing-told = Notified, not here yet
outgoing-answered = Coming in…
outgoing-joined = Here
outgoing-left = Has left
outgoing-declined = Declined
outgoing-missed = No answer
outgoing-busy = In another call
outgoing-undisturbed = Asked not to be disturbed
outgoing-nobody = Nobody answered
outgoing-nobody-text = Your call is shown among their recent calls.
outgoing-cancel = Cancel the call
outgoing-stop = Stop calling
outgoing-again = Call again

talk-lasts = Length of the call
talk-hang-up = Hang up
talk-hanging-up = Hanging up…
talk-ask-title = Leave, or end the call?
talk-ask-text = If you leave, the others go on talking.
talk-ask-stay = Stay in the call
talk-ask-leave = Leave
talk-ask-end = End for everybody
talk-alone-title =
    { $count ->
        [one] The other person has left
       *[other] Everybody else has left
    }
talk-ends-in =
    { $seconds ->
        [one] The call ends by itself in { $seconds } second.
       *[other] The call ends by itself in { $seconds } seconds.
    }
talk-away-title = One moment…
talk-away-text = You are on hold, or the connection was lost at the other end. The call goes on by itself.
talk-over-title = The call is over
talk-over-length = You talked for { $length }.
talk-over-text = It is listed under “{ calls-tab-log }”.
talk-left-title = You have hung up
talk-left-text = The others are still talking. You can go back while the call lasts.
talk-about = About the call

invite-open = Invite somebody
invite-title = Invite somebody
invite-ways = How
invite-way-people = Colleagues
invite-way-link = With a link
invite-people-text = It rings there at once. Whoever accepts comes in.
invite-ring-count =
    { $count ->
        [0] Invite
        [one] Invite { $count } person
       *[other] Invite { $count } people
    }
invite-ringing = Inviting…
invite-link-text = For somebody outside the clinic, such as an interpreter or a relative. The link opens in a browser and lets one person in.
invite-name = Name, as the others will see it
invite-role = Role (optional)
invite-role-interpreter = Interpreter
invite-role-guardian = Guardian
invite-role-relative = Relative
invite-role-colleague = Colleague
invite-make = Make the link
invite-making = Making the link…
invite-link = Link for { $name }
invite-link-alone = For one person and one time. It works until { $time }.
invite-copy = Copy
invite-copied = Copied. Now send it by e-mail or in a message.
invite-copy-failed = It could not be copied. Select the link and press Ctrl and C.
invite-another = Another link
invite-close = Close

call-audio-only =
    { $most ->
        [one] More than { $most } person is here
       *[other] More than { $most } people are here
    }: sound only for now. When there are fewer, pictures come back by themselves.
