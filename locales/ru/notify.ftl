### Что показывает рабочий стол вне окна: уведомления, значок в области уведомлений, выбор файлов.

notify-messages =
    { $count ->
        [1] Новое сообщение
        [one] { $count } новое сообщение
        [few] { $count } новых сообщения
        [many] { $count } новых сообщений
       *[other] { $count } нового сообщения
    }

notify-knocking = Просит впустить
notify-knocking-count =
    { $count ->
        [1] Кто-то просит впустить
        [one] { $count } человек просит впустить
        [few] { $count } человека просят впустить
        [many] { $count } человек просят впустить
       *[other] { $count } человека просят впустить
    }
notify-rung = Вас зовут
notify-rung-text = Подошла ваша очередь. Вернитесь к приёму.
notify-noted = Сообщение клиники
notify-noted-text = Откройте приём, чтобы прочитать.
notify-admitted = Вас впустили
notify-admitted-text = Приём начинается.
notify-denied = Вас не впустили
notify-denied-text = Откройте приём, чтобы узнать почему.
notify-calls =
    { $count ->
        [1] Входящий звонок
        [one] { $count } входящий звонок
        [few] { $count } входящих звонка
        [many] { $count } входящих звонков
       *[other] { $count } входящего звонка
    }
notify-accept = Ответить
notify-decline = Отклонить
notify-in-tray = Consilium остаётся рядом с часами
notify-in-tray-text = Звонки по-прежнему слышны. Изменить это можно в разделе «{ calls-title }»: «{ calls-in-tray }».

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
