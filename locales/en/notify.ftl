### What the desktop shows outside the window: notifications, the tray, file dialogs.

notify-messages =
    { $count ->
        [one] New message
       *[other] { $count } new messages
    }

notify-knocking = Asks to be let in
notify-knocking-count =
    { $count ->
        [one] Somebody asks to be let in
       *[other] { $count } people ask to be let in
    }
notify-rung = You are being called
notify-rung-text = It is your turn. Come back to your visit.
notify-noted = A message from the clinic
notify-noted-text = Open your visit to read it.
notify-admitted = You are let in
notify-admitted-text = Your visit begins.
notify-denied = You were not let in
notify-denied-text = Open your visit to read why.
notify-calls =
    { $count ->
        [one] Incoming call
       *[other] { $count } incoming calls
    }
notify-accept = Accept
notify-decline = Decline
notify-in-tray = Consilium goes on in the tray
notify-in-tray-text = Calls still ring. To change this, open “{ calls-title }” and look for “{ calls-in-tray }”.

tray-unread =
    { $count ->
        [0] No unread messages
        [one] { $count } unread message
       *[other] { $count } unread messages
    }
tray-open = Open Consilium
tray-messages = Messages
tray-quit = Quit Consilium

dialog-files = Files to send
dialog-place = Save the file
