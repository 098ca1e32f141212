### The screens of a visit before and after the call. $vertical is "medicine" or "general".

role-specialist =
    { $vertical ->
        [medicine] Врач
       *[general] Специалист
    }
role-client =
    { $vertical ->
        [medicine] Пациент
       *[general] Клиент
    }
role-visitor = Гость

info-title = О приёме
info-when = Когда
info-branch-time = { $time } · { $zone }
info-your-time = { $time } по вашему времени
info-where = Клиника
info-services = Услуга
info-people = Участники

person-guest = Гость
person-you = вы
person-joined = На месте
person-not-joined = Ещё нет

action-open = Открыть вход
action-join = Войти
action-leave = Выйти
action-start = Начать приём
action-pause = Пауза
action-resume = Продолжить
action-finish = Завершить
action-cancel = Отменить приём
action-restore = Вернуть приём

busy-open = Открываем…
busy-join = Входим…
busy-leave = Выходим…
busy-start = Начинаем…
busy-pause = Ставим паузу…
busy-resume = Продолжаем…
busy-finish = Завершаем…
busy-cancel = Отменяем…
busy-restore = Возвращаем…

confirm-leave-title = Выйти из приёма?
confirm-leave-text = Остальные продолжат без вас. Пока приём идёт, вы можете вернуться.
confirm-leave-stay = Остаться
confirm-finish-title = Завершить приём для всех?
confirm-finish-text = Звонок закончится у всех участников. Это можно отменить в течение трёх минут.
confirm-finish-stay = Продолжить приём
confirm-cancel-title = Отменить приём?
confirm-cancel-text = Приём не состоится. Те, у кого он открыт, узнают об этом сразу, остальные — когда откроют свою ссылку.
confirm-cancel-stay = Не отменять

pending-client-title =
    { $vertical ->
        [medicine] Врач ещё не открыл приём
       *[general] Специалист ещё не открыл приём
    }
pending-client-text = Оставайтесь здесь. Страница изменится сама, как только можно будет войти.
pending-open-title = Уже можно войти
pending-open-text = Нажмите «{ action-join }» и подождите внутри. Камера и микрофон работают только во время звонка.
pending-specialist-title = Приём ещё не открыт
pending-specialist-text =
    { $vertical ->
        [medicine] Откройте его, когда будете готовы. После этого пациент сможет войти.
       *[general] Откройте его, когда будете готовы. После этого клиент сможет войти.
    }
pending-opens-at = Открыть можно с { $time }.
starts-in-days =
    { $days ->
        [one] Начало примерно через { $days } день
        [few] Начало примерно через { $days } дня
        [many] Начало примерно через { $days } дней
       *[other] Начало примерно через { $days } дня
    }
starts-in-hours = Начало через { $hours } ч { $minutes } мин
starts-in-minutes =
    { $minutes ->
        [one] Начало через { $minutes } минуту
        [few] Начало через { $minutes } минуты
        [many] Начало через { $minutes } минут
       *[other] Начало через { $minutes } минуты
    }
starts-now = Пора начинать

join-client-title =
    { $vertical ->
        [medicine] Врач ждёт вас
       *[general] Специалист ждёт вас
    }
join-client-text = Нажмите «{ $action }». Камера и микрофон работают только во время звонка.
join-client-waiting-title = Вы в зале ожидания
join-client-waiting-text =
    { $vertical ->
        [medicine] Звонок начнётся сам, когда врач его начнёт. Пожалуйста, оставайтесь здесь.
       *[general] Звонок начнётся сам, когда специалист его начнёт. Пожалуйста, оставайтесь здесь.
    }
join-client-back-title = Приём идёт
join-client-back-text = Можно вернуться прямо сейчас. Остальные увидят, что вы здесь.
join-specialist-title = Приём открыт
join-specialist-text =
    { $vertical ->
        [medicine] Пациент уже может войти. Входите, когда будете готовы.
       *[general] Клиент уже может войти. Входите, когда будете готовы.
    }
join-specialist-waiting-title =
    { $vertical ->
        [medicine] Ждём пациента
       *[general] Ждём клиента
    }
join-specialist-waiting-text = Звонок начнётся сам, как только все нужные участники будут здесь.
join-specialist-ready-title =
    { $vertical ->
        [medicine] Пациент ждёт вас
       *[general] Клиент ждёт вас
    }
join-specialist-ready-text = Входите, когда будете готовы.
join-specialist-back-title = Приём идёт
join-specialist-back-text = Можно вернуться прямо сейчас.

cancelled-title = Приём отменён
cancelled-client-text = Если он вам всё ещё нужен, запишитесь в клинику на другое время.
cancelled-specialist-text = Он не состоялся.
restore-hint = Если приём закончен по ошибке, его можно вернуть в течение трёх минут.
restore-left =
    { $seconds ->
        [one] Если это ошибка, приём можно вернуть ещё { $seconds } секунду.
        [few] Если это ошибка, приём можно вернуть ещё { $seconds } секунды.
        [many] Если это ошибка, приём можно вернуть ещё { $seconds } секунд.
       *[other] Если это ошибка, приём можно вернуть ещё { $seconds } секунды.
    }

finish-title = Приём завершён
finish-early-title = Приём прерван
finish-never-title = Приём не состоялся
finish-never-text = Его время прошло, а приём так и не начали.
finish-client-text = Спасибо. Это окно можно закрыть.
finish-specialist-text = Ниже показано, как всё было на самом деле.
finish-times = Фактическое время
finish-started = Начало
finish-ended = Конец
finish-net = Длительность без пауз
finish-scheduled = Запланировано
finish-dirty = Длительность с паузами
finish-both = Вместе на связи
finish-real = Кто-то был на приёме
finish-gaps = Перерывы
gap-paused = Пауза
gap-absent = Не хватало участника
gap-ended = Завершён и возвращён
length-seconds = { $seconds } с
length-whole-minutes = { $minutes } мин
length-minutes = { $minutes } мин { $seconds } с
length-hours = { $hours } ч { $minutes } мин
finish-not-started = Приём так и не начался
