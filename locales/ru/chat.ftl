### The chat: the list of conversations, a conversation, new ones. $vertical is "medicine" or "general".

chat-title = Сообщения
chat-places = Приёмы и сообщения
chat-unread-count =
    { $count ->
        [one] { $count } непрочитанное сообщение
        [few] { $count } непрочитанных сообщения
        [many] { $count } непрочитанных сообщений
       *[other] { $count } непрочитанного сообщения
    }
chat-close = Закрыть сообщения
chat-back = Ко всем беседам
chat-cancel = Отмена

chat-offline = Нет связи с клиникой. Писать можно: всё уйдёт само, когда связь вернётся.
chat-waiting-count =
    { $count ->
        [one] { $count } сообщение ждёт отправки
        [few] { $count } сообщения ждут отправки
        [many] { $count } сообщений ждут отправки
       *[other] { $count } сообщения ждёт отправки
    }
chat-kept = Сообщения хранятся на этом компьютере в зашифрованном виде.
chat-not-kept = Сообщения не хранятся на этом компьютере: после закрытия приложения они останутся только у клиники.
chat-preview = Показывать текст в уведомлениях
chat-preview-hint = Иначе в уведомлении видно только, от кого сообщение.
chat-settings = Уведомления и хранение

chat-filter = Какие беседы показать
chat-filter-all = Все
chat-filter-patients =
    { $vertical ->
        [medicine] Пациенты
       *[general] Клиенты
    }
chat-filter-colleagues = Коллеги

chat-search = Поиск по сообщениям
chat-found = Найденные сообщения
chat-found-count =
    { $count ->
        [0] Ничего не найдено
        [one] Найдено { $count } сообщение
        [few] Найдено { $count } сообщения
        [many] Найдено { $count } сообщений
       *[other] Найдено { $count } сообщения
    }
chat-found-none = Ничего не найдено
chat-found-none-hint = Попробуйте другое слово или только его часть.

chat-new = Новая беседа
chat-loading = Загружаем сообщения…
chat-empty = Сообщений пока нет
chat-empty-begin = Начните беседу с коллегой или с тем, кто записан к вам на приём. Писать можно до приёма, во время него и после.
chat-empty-wait = Когда вам напишут из клиники, сообщение появится здесь само.
chat-empty-filter = Таких бесед нет
chat-empty-filter-hint = Нажмите «{ chat-filter-all }», чтобы увидеть каждую беседу.

chat-you = Вы
chat-colleague = Коллега
chat-group = Группа
chat-pin = Закрепить: { $title }
chat-unpin = Открепить: { $title }
chat-topic-mark = Консультация
chat-waiting-mark = Ещё не отправлено

chat-kind-image = Изображение
chat-kind-voice = Голосовое сообщение
chat-kind-video = Видео
chat-kind-file = Файл
chat-kind-card = Ссылка на приём
chat-kind-invitation = Приглашение в конференцию
chat-kind-topic-started = Консультация открыта
chat-kind-topic-ended = Консультация закрыта
chat-kind-unknown = Сообщение неизвестного вида

chat-people-title = Новая беседа
chat-people-hint = Выберите одного человека или нескольких для группы.
chat-people-search = Поиск по имени
chat-people-busy = Одну минуту…
chat-people-found = Люди
chat-people-chosen = Выбраны
chat-people-remove = Убрать: { $name }
chat-people-none = Никого не нашлось
chat-people-none-hint = Проверьте имя. Писать можно коллегам и тем, кто записан или приходил к вам на приём.
chat-people-group-name = Название группы
chat-people-begin = Написать
chat-people-begin-group = Создать группу

chat-log = Беседа
chat-log-hint = Стрелки вверх и вниз ведут от сообщения к сообщению.
chat-today = Сегодня
chat-yesterday = Вчера
chat-unread-line = Новые сообщения
chat-start = Это начало беседы.
chat-nothing-written = Пока никто ничего не написал. Первое сообщение может быть вашим.
chat-earlier = Показать более ранние
chat-earlier-loading = Загружаем более ранние сообщения…
chat-earlier-offline = Более ранние сообщения появятся, когда вернётся связь.
chat-later = Показать более поздние
chat-to-end = К последнему сообщению
chat-new-count =
    { $count ->
        [one] { $count } новое сообщение
        [few] { $count } новых сообщения
        [many] { $count } новых сообщений
       *[other] { $count } нового сообщения
    }
chat-typing-one = { $name } печатает…
chat-typing-two = { $first } и { $second } печатают…
chat-typing-many =
    { $count ->
        [one] Печатает { $count } человек…
        [few] Печатают { $count } человека…
        [many] Печатают { $count } человек…
       *[other] Печатает { $count } человека…
    }

chat-by = { $name }, { $time }
chat-more = Действия с сообщением: { $name }, { $time }
chat-menu = Что сделать с сообщением
chat-reply = Ответить
chat-forward = Переслать
chat-forwarded = Переслано
chat-quote = К сообщению, на которое дан ответ
chat-quote-elsewhere = Более раннее сообщение
chat-show-all = Показать целиком
chat-state-waiting = Ждёт связи
chat-state-sending = Отправляется
chat-state-stored = Отправлено
chat-state-read = Прочитано
chat-state-failed = Не отправлено
chat-resend = Отправить снова
chat-discard = Удалить
chat-stop = Остановить отправку
chat-percent = { $percent } %

chat-picture-show = Показать изображение крупно
chat-picture-by = Изображение, { $name }
chat-picture-failed = Изображение не удалось показать
chat-save = Сохранить
chat-save-name = Сохранить: { $name }
chat-saving = Сохраняем
chat-sending-file = Отправляем файл
chat-voice-play = Прослушать голосовое сообщение
chat-voice-stop = Остановить
chat-voice-position = Место в записи
chat-card-open = Открыть приём
chat-article-open = Открыть в браузере
chat-unknown = Это сообщение можно прочитать в более новой версии приложения.

chat-field = Сообщение
chat-field-hint = Enter отправляет, Shift и Enter начинают новую строку.
chat-field-closed = Отправлять сюда сообщения больше нельзя
chat-help = «{ chat-title }» открывает беседу этого приёма, в том числе во время звонка. Enter отправляет, Shift и Enter начинают новую строку; стрелки ведут от сообщения к сообщению.
chat-send = Отправить
chat-attach = Прикрепить файлы
chat-add = Конференция, приём или консультация
chat-card = Ссылка на приём
chat-card-title = На какой приём?
chat-card-text = Участники приёма смогут открыть его прямо из сообщения.
chat-card-send = Отправить
chat-too-long =
    { $count ->
        [one] Лишний { $count } знак
        [few] Лишние { $count } знака
        [many] Лишние { $count } знаков
       *[other] Лишние { $count } знака
    }
chat-replying = Ответ: { $name }
chat-reply-cancel = Не отвечать
chat-record = Записать голосовое сообщение
chat-recording = Идёт запись
chat-recording-level = Громкость
chat-recording-length = { $now } из { $most }
chat-record-cancel = Удалить запись
chat-record-send = Отправить запись

chat-topic = Консультация
chat-topic-answered = Ответ дан
chat-topic-unanswered = Ответа ещё нет
chat-topic-open = Открыть консультацию
chat-topic-open-text = Это вопрос, на который ответит кто-то из специалистов. Он остаётся наверху, пока его не закроют.
chat-topic-open-label = О чём она?
chat-topic-open-submit = Открыть
chat-topic-close = Закрыть консультацию
chat-topic-close-text = Все в беседе увидят, что она закрыта. Писать можно будет и дальше.
chat-topic-close-label = Слова напоследок, если хотите
chat-topic-close-submit = Закрыть
chat-topic-close-short = Закрыть

chat-forward-title = Куда переслать
chat-forward-text = В выбранной беседе увидят сообщение и то, что оно переслано.
chat-forward-submit = Переслать
chat-forward-none = Другой беседы пока нет.

chat-invite = Пригласить в конференцию
chat-invite-title = Пригласить в конференцию
chat-invite-text = В этой беседе появится карточка. Вы сразу войдёте с включёнными камерой и микрофоном; кто нажмёт на карточке «Подключиться», окажется с вами.
chat-invite-label = Текст на карточке
chat-invite-prefill = Приглашаю на видеозвонок
chat-invite-submit = Пригласить
chat-invite-asking = Приглашаем…
chat-invite-in-call = Сейчас идёт звонок. Выйдите из него, чтобы пригласить в другой.
chat-invite-failed = Пригласить пока не удалось
chat-invite-again = Попробовать снова
chat-invite-drop = Не приглашать

chat-invitation = Приглашение в конференцию
chat-invitation-name = Ваше имя в конференции
chat-invitation-name-missing = Сначала введите имя.
chat-invitation-hint = Камера и микрофон включатся.
chat-invitation-connect = Подключиться
chat-invitation-connecting = Подключаемся…
chat-invitation-checking = Проверяем, идёт ли конференция…
chat-invitation-in-call = Сейчас идёт звонок. Выйдите из него, чтобы подключиться здесь.
chat-invitation-over = Конференция завершена
