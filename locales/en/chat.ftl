### The chat: the list of conversations, a conversation, new ones. $vertical is "medicine" or "general".

chat-title = Messages
chat-places = Visits and messages
chat-unread-count =
    { $count ->
        [one] { $count } unread message
       *[other] { $count } unread messages
    }
chat-close = Close the messages
chat-back = To all conversations
chat-cancel = Cancel

chat-offline = No connection to the clinic. You can go on writing: everything is sent as soon as it is back.
chat-waiting-count =
    { $count ->
        [one] { $count } message waits to be sent
       *[other] { $count } messages wait to be sent
    }
chat-kept = Your messages are kept on this computer, encrypted.
chat-not-kept = The messages are not kept on this computer: they are gone from here when the app closes, and stay with the clinic.
chat-preview = Show what was written in notifications
chat-preview-hint = Otherwise a notification says only who wrote.
chat-settings = Notifications and storage

chat-filter = Which conversations
chat-filter-all = All
chat-filter-patients =
    { $vertical ->
        [medicine] Patients
       *[general] Clients
    }
chat-filter-colleagues = Colleagues

chat-search = Search in your messages
chat-found = Found messages
chat-found-count =
    { $count ->
        [0] Nothing found
        [one] { $count } message found
       *[other] { $count } messages found
    }
chat-found-none = Nothing found
chat-found-none-hint = Try another word, or only a part of it.

chat-new = New conversation
chat-loading = Loading your messages…
chat-empty = No messages yet
chat-empty-begin = Begin a conversation with a colleague or with somebody whose visit you have. It goes on before, during and after the visit.
chat-empty-wait = When somebody from your clinic writes to you, it appears here by itself.
chat-empty-filter = No such conversations
chat-empty-filter-hint = Choose “{ chat-filter-all }” to see every conversation.

chat-you = You
chat-colleague = Colleague
chat-group = Group
chat-pin = Pin: { $title }
chat-unpin = Unpin: { $title }
chat-topic-mark = Consultation
chat-waiting-mark = Not sent yet

chat-kind-image = Picture
chat-kind-voice = Voice message
chat-kind-video = Video
chat-kind-file = File
chat-kind-card = Link to a visit
chat-kind-invitation = Invitation to a conference
chat-kind-topic-started = Consultation opened
chat-kind-topic-ended = Consultation closed
chat-kind-unknown = Message of an unknown kind

chat-people-title = New conversation
chat-people-hint = Choose one person, or several for a group.
chat-people-search = Search by name
chat-people-busy = One moment…
chat-people-found = People
chat-people-chosen = Chosen
chat-people-remove = Remove: { $name }
chat-people-none = Nobody found
chat-people-none-hint = Check the name. You can write to your colleagues and to people whose visit you have or had.
chat-people-group-name = Name of the group
chat-people-begin = Write
chat-people-begin-group = Begin the group

chat-log = Conversation
chat-log-hint = The up and down arrows go from message to message.
chat-today = Today
chat-yesterday = Yesterday
chat-unread-line = New messages
chat-start = This is the beginning of the conversation.
chat-nothing-written = Nobody has written yet. The first message can be yours.
chat-earlier = Show earlier messages
chat-earlier-loading = Loading earlier messages…
chat-earlier-offline = Earlier messages can be shown once the connection is back.
chat-later = Show later messages
chat-to-end = To the newest message
chat-new-count =
    { $count ->
        [one] { $count } new message
       *[other] { $count } new messages
    }
chat-typing-one = { $name } is typing…
chat-typing-two = { $first } and { $second } are typing…
chat-typing-many =
    { $count ->
        [one] { $count } person is typing…
       *[other] { $count } people are typing…
    }

chat-by = { $name }, { $time }
chat-more = More: the message by { $name }, { $time }
chat-menu = What to do with the message
chat-reply = Reply
chat-forward = Forward
chat-forwarded = Forwarded
chat-quote = To the message that is answered
chat-quote-elsewhere = An earlier message
chat-show-all = Show all of it
chat-state-waiting = Waits for the connection
chat-state-sending = On its way
chat-state-stored = Sent
chat-state-read = Read
chat-state-failed = Not sent
chat-resend = Send again
chat-discard = Delete
chat-stop = Stop sending
chat-percent = { $percent } %

chat-picture-show = Show the picture large
chat-picture-by = Picture by { $name }
chat-picture-failed = The picture cannot be shown
chat-save = Save
chat-save-name = Save: { $name }
chat-saving = Saving
chat-sending-file = Sending the file
chat-voice-play = Play the voice message
chat-voice-stop = Stop
chat-voice-position = Position
chat-card-open = Open the visit
chat-article-open = Open in the browser
chat-unknown = This message can be read with a newer version of the app.

chat-field = Message
chat-field-hint = Enter sends, Shift and Enter begin a new line.
chat-field-closed = Messages can no longer be sent here
chat-help = “{ chat-title }” opens the conversation of this visit, also during the call. Enter sends, Shift and Enter begin a new line; in the conversation, the arrows go from message to message.
chat-send = Send
chat-attach = Attach files
chat-add = Conference, visit or consultation
chat-card = Link to a visit
chat-card-title = Which visit?
chat-card-text = Whoever takes part in the visit can open it from the message.
chat-card-send = Send
chat-too-long =
    { $count ->
        [one] { $count } character too many
       *[other] { $count } characters too many
    }
chat-replying = Reply to { $name }
chat-reply-cancel = Do not reply
chat-record = Record a voice message
chat-recording = Recording
chat-recording-level = Loudness
chat-recording-length = { $now } of { $most }
chat-record-cancel = Throw the recording away
chat-record-send = Send the recording

chat-topic = Consultation
chat-topic-answered = Answered
chat-topic-unanswered = Not answered yet
chat-topic-open = Open a consultation
chat-topic-open-text = A question that somebody of the care team answers. It stays at the top until it is closed.
chat-topic-open-label = What is it about?
chat-topic-open-submit = Open
chat-topic-close = Close the consultation
chat-topic-close-text = Everybody in the conversation sees that it is closed. You can go on writing.
chat-topic-close-label = Closing words, if you like
chat-topic-close-submit = Close it
chat-topic-close-short = Close

chat-forward-title = Forward to
chat-forward-text = The chosen conversation sees the message and that it was forwarded.
chat-forward-submit = Forward
chat-forward-none = There is no other conversation yet.

chat-invite = Invite to a conference
chat-invite-title = Invite to a conference
chat-invite-text = A card appears in this conversation. You go in at once, with camera and microphone on; whoever presses “Connect” on the card is with you.
chat-invite-label = What the card says
chat-invite-prefill = Please join me in a video call
chat-invite-submit = Invite
chat-invite-asking = Inviting…
chat-invite-in-call = You are in a call. Leave it to invite to another one.
chat-invite-failed = Nobody has been invited yet
chat-invite-again = Try again
chat-invite-drop = Do not invite

chat-invitation = Invitation to a conference
chat-invitation-name = Your name in the conference
chat-invitation-name-missing = Type your name first.
chat-invitation-hint = Camera and microphone are switched on.
chat-invitation-connect = Connect
chat-invitation-connecting = Connecting…
chat-invitation-checking = Checking whether the conference goes on…
chat-invitation-in-call = You are in a call. Leave it to connect here.
chat-invitation-over = The conference is over
