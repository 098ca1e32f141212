### What the desktop shows outside the window: notifications, the tray, file dialogs.

notify-messages =
    { $count ->
        [one] New message
       *[other] { $count } new messages
    }

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
