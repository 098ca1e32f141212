### Что показывает рабочий стол вне окна: уведомления, значок в области уведомлений, выбор файлов.

notify-messages =
    { $count ->
        [1] Новое сообщение
        [one] { $count } новое сообщение
        [few] { $count } новых сообщения
        [many] { $count } новых сообщений
       *[other] { $count } нового сообщения
    }

tray-unread =
    { $count ->
        [0] Непрочитанных сообщений нет
        [one] { $count } непрочитанное сообщение
        [few] { $count } непрочитанных сообщения
        [many] { $count } непрочитанных сообщений
       *[other] { $count } непрочитанного сообщения
    }
tray-open = Открыть Consilium
tray-messages = Сообщения
tray-quit = Закрыть Consilium

dialog-files = Файлы для отправки
dialog-place = Сохранить файл
