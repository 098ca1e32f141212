### The waiting room and the check of devices. $vertical is "medicine" or "general".

lobby-arriving-title = On the way to the waiting room
lobby-arriving-text = This takes a few seconds.
lobby-early-title = You are early
lobby-early-text = Stay here. As soon as it is time, you knock by yourself and the clinic hears you.
lobby-knocking-title = You are in the waiting room
lobby-knocking-text =
    { $vertical ->
        [medicine] The doctor knows that you are here and lets you in. Until then nobody sees or hears you.
       *[general] The specialist knows that you are here and lets you in. Until then nobody sees or hears you.
    }
lobby-away-title = You have stepped away
lobby-away-text = Your place is kept. When it is your turn, this computer rings: leave the sound on.
lobby-rung-title = You are being called
lobby-rung-text = It is your turn. Say that you are back, and you are let in.
lobby-reconnecting-title = The connection is lost
lobby-reconnecting-text = Reconnecting by itself. Your place is kept for a minute.
lobby-denied-title = You were not let in
lobby-denied-text = You can knock again in a minute. If you are not expected now, ask your clinic for another time.
lobby-denied-reason = The clinic writes:
lobby-outside-title = You are outside
lobby-outside-text = Knock when you want to come in.
lobby-place =
    { $before ->
        [0] It is your turn next.
        [one] There is { $before } person before you.
       *[other] There are { $before } people before you.
    }
lobby-estimate =
    { $minutes ->
        [0] It can be any moment now.
        [one] About a minute to wait, as the visits before you go.
       *[other] About { $minutes } minutes to wait, as the visits before you go.
    }
lobby-estimate-unknown = How long it takes cannot be said yet.
lobby-step-away = Step away
lobby-back = I am back
lobby-knock = Knock
lobby-knock-again = Knock again
lobby-notes = Messages from the clinic
lobby-choice = When you are let in
lobby-choice-off = You will be neither seen nor heard until you switch them on.

check-open = Check camera and sound
check-open-text = Takes half a minute. Switches your camera and microphone on, for your eyes only.
check-title = Camera, sound and connection
check-close = Done
check-again = Check again
check-looking = Checking…
check-picture = Your camera’s picture
check-camera-good = You can be seen.
check-camera-off = The camera is off. The others will not see you.
check-microphone-good = You can be heard.
check-microphone-looking = Say a few words: the bar has to move.
check-microphone-poor = Nothing is heard. Speak louder, look for a mute switch on the headset, or choose another microphone.
check-microphone-off = The microphone is off. The others will not hear you.
check-speaker = Sound
check-speaker-play = Play a sound
check-speaker-playing = Playing…
check-speaker-question = Did you hear it?
check-speaker-yes = Yes
check-speaker-no = No
check-speaker-good = You will hear the others.
check-speaker-poor = Turn the volume up, look whether headphones are plugged in, or choose another speaker.
check-speaker-missing = No speaker is connected. Plug one in.
check-speaker-busy = Another program is using the speaker. Close that program.
check-speaker-forbidden = Your system does not let this app use the speaker. Allow it in the system settings.
check-speaker-failed = The sound could not be played. Choose another speaker.
check-network = Connection
check-network-relay-good = The clinic’s relay answers: the call will find its way.
check-network-server-good = The clinic’s server answers.
check-network-poor = The line is slow. Come closer to the router, use a cable, and close what downloads.
check-network-relay-failed = The clinic’s relay does not answer. The call may work all the same; if it does not, try another network or your telephone’s hotspot.
check-network-server-failed = The clinic’s server does not answer. Check whether this computer is on the network.
check-round-trip = There and back: { $ms } ms
check-all-good = Everything works.

knocks-title = Waiting to be let in
knocks-waits = Waiting for { $time }
knocks-more =
    { $count ->
        [one] +{ $count } person
       *[other] +{ $count } people
    }
knocks-fewer = Show fewer
knocks-away = Has stepped away
knocks-admit = Let in
knocks-admit-elsewhere = Join and let in
knocks-admitting = Letting in…
knocks-elsewhere-hint = “Join and let in” opens the visit; your camera and microphone go on.
knocks-hold-admit = Hold and let in
knocks-beyond-hint = “{ knocks-hold-admit }” puts your call on hold and opens the visit with camera and microphone on.
knocks-deny = Decline
knocks-deny-title = Decline { $name }?
knocks-deny-reason = Reason, so that they know what to do
knocks-note = Write
knocks-note-title = Write to { $name }
knocks-note-text = Your message
knocks-send = Send
knocks-back = Back
knocks-ring = Ring
knocks-name = { $action }: { $name }
ready-all = Everything ready
ready-camera = Camera
ready-microphone = Microphone
ready-network = Connection
ready-unknown = not checked
ready-looking = being checked
ready-good = ready
ready-poor = poor
ready-missing = missing
ready-busy = in use elsewhere
ready-forbidden = not allowed
ready-failed = does not work
ready-pair = { $device }: { $state }
