### Позвонить сейчас: кому можно позвонить, входящие звонки, журнал, приглашения на приём.

calls-title = Звонки
calls-close = Закрыть звонки
calls-places = Приёмы, сообщения и звонки
calls-missed-count =
    { $count ->
        [one] { $count } пропущенный звонок
        [few] { $count } пропущенных звонка
        [many] { $count } пропущенных звонков
       *[other] { $count } пропущенного звонка
    }
calls-tabs = Что показать
calls-tab-people = Люди
calls-tab-log = Недавние звонки
calls-loading = Одну минуту…
calls-offline = Нет связи с клиникой. Когда она вернётся, вам снова смогут позвонить.

calls-undisturbed = Не беспокоить
calls-undisturbed-off-hint = Если включить, звонков не будет слышно. Пропущенные собраны в разделе «{ calls-tab-log }».
calls-undisturbed-on-hint = Сейчас звонков не слышно. Пропущенные собраны в разделе «{ calls-tab-log }».
calls-undisturbed-badge = Включён режим «{ calls-undisturbed }»
calls-ring-sound = Звук звонка
calls-in-tray = Звонить, когда окно закрыто
calls-in-tray-hint = Если включить, после закрытия окна Consilium останется рядом с часами. Во время приёма или разговора вместе с окном закроется и Consilium.

calls-search = Поиск по имени
calls-teams = Команды
calls-contacts = Коллеги
calls-found-count =
    { $count ->
        [0] Никого не нашлось
        [one] Нашёлся { $count } вариант
        [few] Нашлось { $count } варианта
        [many] Нашлось { $count } вариантов
       *[other] Нашлось { $count } варианта
    }
calls-none = Никого не нашлось
calls-none-hint = Проверьте имя или введите только его начало.
calls-nobody = Пока некому позвонить
calls-nobody-hint = Коллеги появятся здесь, как только клиника их добавит.
calls-availability-available = В сети
calls-availability-in-call = Разговаривает
calls-availability-do-not-disturb = Не беспокоить
calls-availability-offline = Не в сети
calls-team-size =
    { $count ->
        [one] { $count } человек
        [few] { $count } человека
        [many] { $count } человек
       *[other] { $count } человека
    }
calls-team-online = в сети: { $count }
calls-call = Позвонить
calls-call-name = { calls-call }: { $name }
calls-calling = Звоним…
calls-chosen = Выбраны
calls-chosen-remove = Убрать: { $name }
calls-about = О чём разговор (необязательно)
calls-call-chosen =
    { $count ->
        [1] Позвонить
        [one] Позвонить сразу всем ({ $count })
        [few] Позвонить сразу всем ({ $count })
        [many] Позвонить сразу всем ({ $count })
       *[other] Позвонить сразу всем ({ $count })
    }

calls-log-empty = Звонков пока не было
calls-log-empty-hint = Здесь появятся все, кому звонили вы и кто звонил вам.
calls-outcome-incoming = Входящий
calls-outcome-outgoing = Исходящий
calls-outcome-planned = Запланирован
calls-outcome-ringing = Идёт вызов
calls-outcome-running = Идёт сейчас
calls-outcome-missed = Пропущенный
calls-outcome-declined = Отклонён
calls-outcome-no-answer = Без ответа
calls-outcome-cancelled = Отменён
calls-new = Новый
calls-back = Перезвонить
calls-again = Позвонить снова
calls-rejoin = Вернуться
calls-named = { $action }: { $name }

ring-title = Входящий звонок
ring-title-into = Вас приглашают присоединиться
ring-announce = { ring-title }: { $name }. Чтобы ответить, нажмите Tab.
ring-announce-into = { ring-title-into }: { $name }. Чтобы ответить, нажмите Tab.
ring-others =
    { $count ->
        [one] и ещё { $count } человек
        [few] и ещё { $count } человека
        [many] и ещё { $count } человек
       *[other] и ещё { $count } человека
    }
ring-left =
    { $seconds ->
        [one] Звонит ещё { $seconds } секунду
        [few] Звонит ещё { $seconds } секунды
        [many] Звонит ещё { $seconds } секунд
       *[other] Звонит ещё { $seconds } секунды
    }
ring-accept = Ответить
ring-hold-accept = Удержать и ответить
ring-accepting = Отвечаем…
ring-decline = Отклонить
ring-busy = Занято
ring-hold-hint = Текущий разговор продолжится без вас. Вернуться в него можно одним нажатием.

held-title = На удержании: { $title }
held-untitled = На удержании другой звонок
held-back = Вернуться

outgoing-title = Звоним…
outgoing-title-again = Приглашения
outgoing-text = Изображение появится само, когда кто-нибудь ответит.
outgoing-ringing = Идёт вызов…
outgoing-told = Уведомление отправлено
outgoing-answered = Заходит…
outgoing-joined = На связи
outgoing-left = Уже не на связи
outgoing-declined = Звонок отклонён
outgoing-missed = Нет ответа
outgoing-busy = Занято
outgoing-undisturbed = Просит не беспокоить
outgoing-nobody = Никто не ответил
outgoing-nobody-text = Ваш звонок будет виден среди недавних.
outgoing-cancel = Отменить звонок
outgoing-stop = Больше не звать
outgoing-again = Позвонить снова

talk-lasts = Длительность разговора
talk-hang-up = Отключиться
talk-hanging-up = Отключаемся…
talk-ask-title = Выйти или завершить звонок?
talk-ask-text = Если выйти, остальные продолжат разговор.
talk-ask-stay = Остаться в звонке
talk-ask-leave = Выйти
talk-ask-end = Завершить для всех
talk-alone-title =
    { $count ->
        [1] На том конце отключились
        [one] Все остальные отключились
        [few] Все остальные отключились
        [many] Все остальные отключились
       *[other] Все остальные отключились
    }
talk-ends-in =
    { $seconds ->
        [one] Звонок завершится сам через { $seconds } секунду.
        [few] Звонок завершится сам через { $seconds } секунды.
        [many] Звонок завершится сам через { $seconds } секунд.
       *[other] Звонок завершится сам через { $seconds } секунды.
    }
talk-away-title = Минуту…
talk-away-text = Вас поставили на удержание, или на том конце пропала связь. Разговор продолжится сам.
talk-over-title = Звонок завершён
talk-over-length = Вы говорили { $length }.
talk-over-text = Звонок сохранён в списке «{ calls-tab-log }».
talk-left-title = Вы отключились
talk-left-text = Остальные ещё разговаривают. Пока разговор идёт, к нему можно вернуться.
talk-about = О звонке

invite-open = Пригласить
invite-title = Пригласить участника
invite-ways = Как пригласить
invite-way-people = Коллеги
invite-way-link = По ссылке
invite-people-text = Им сразу поступит звонок. Кто ответит, присоединится.
invite-ring-count =
    { $count ->
        [0] Пригласить
        [one] Пригласить: { $count } человек
        [few] Пригласить: { $count } человека
        [many] Пригласить: { $count } человек
       *[other] Пригласить: { $count } человека
    }
invite-ringing = Приглашаем…
invite-link-text = Для тех, кто не работает в клинике: например, для переводчика или родственника. Ссылка открывается в браузере и впускает одного человека.
invite-name = Имя, которое увидят остальные
invite-role = Роль (необязательно)
invite-role-interpreter = Переводчик
invite-role-guardian = Законный представитель
invite-role-relative = Родственник
invite-role-colleague = Коллега
invite-make = Создать ссылку
invite-making = Создаём ссылку…
invite-link = Ссылка для приглашения: { $name }
invite-link-alone = Для одного человека, на один раз. Действует до { $time }.
invite-copy = Скопировать
invite-copied = Скопировано. Теперь отправьте ссылку письмом или сообщением.
invite-copy-failed = Скопировать не удалось. Выделите ссылку и нажмите Ctrl и C.
invite-another = Ещё одна ссылка
invite-close = Закрыть

call-audio-only =
    { $most ->
        [one] Здесь больше { $most } участника
        [few] Здесь больше { $most } участников
        [many] Здесь больше { $most } участников
       *[other] Здесь больше { $most } участников
    }: пока только звук. Когда людей станет меньше, изображение вернётся само.
