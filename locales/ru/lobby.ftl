### Зал ожидания и проверка устройств. $vertical: "medicine" или "general".

lobby-arriving-title = Идём в зал ожидания
lobby-arriving-text = Это займёт несколько секунд.
lobby-early-title = Ещё рано
lobby-early-text = Останьтесь здесь. Когда придёт время, клиника сама узнает, что вы пришли.
lobby-knocking-title = Вы в зале ожидания
lobby-knocking-text =
    { $vertical ->
        [medicine] Врач знает, что вы здесь, и впустит вас. До этого никто вас не видит и не слышит.
       *[general] Специалист знает, что вы здесь, и впустит вас. До этого никто вас не видит и не слышит.
    }
lobby-away-title = Вы отошли
lobby-away-text = Место за вами. Когда подойдёт очередь, компьютер позвонит: не выключайте звук.
lobby-rung-title = Вас зовут
lobby-rung-text = Подошла ваша очередь. Скажите, что вернулись, и вас впустят.
lobby-reconnecting-title = Связь потеряна
lobby-reconnecting-text = Восстанавливаем её автоматически. Место сохраняется за вами минуту.
lobby-denied-title = Вас не впустили
lobby-denied-text = Через минуту можно постучать ещё раз. Если вас сейчас не ждут, попросите клинику назначить другое время.
lobby-denied-reason = Клиника пишет:
lobby-outside-title = Вы снаружи
lobby-outside-text = Постучите, когда захотите войти.
lobby-place =
    { $before ->
        [0] Следующая очередь — ваша.
        [one] Перед вами { $before } человек.
        [few] Перед вами { $before } человека.
        [many] Перед вами { $before } человек.
       *[other] Перед вами { $before } человека.
    }
lobby-estimate =
    { $minutes ->
        [0] Это может произойти в любую минуту.
        [one] Ждать около { $minutes } минуты, судя по приёмам перед вами.
        [few] Ждать около { $minutes } минут, судя по приёмам перед вами.
        [many] Ждать около { $minutes } минут, судя по приёмам перед вами.
       *[other] Ждать около { $minutes } минут, судя по приёмам перед вами.
    }
lobby-estimate-unknown = Сколько ждать, пока сказать нельзя.
lobby-step-away = Отойти
lobby-back = Я здесь
lobby-knock = Постучать
lobby-knock-again = Постучать ещё раз
lobby-notes = Сообщения клиники
lobby-choice = Когда вас впустят
lobby-choice-off = Пока вы их не включите, вас не увидят и не услышат.

check-open = Проверить камеру и звук
check-open-text = Это займёт полминуты. Камера и микрофон включатся, но видите и слышите их только вы.
check-title = Камера, звук и связь
check-close = Готово
check-again = Проверить ещё раз
check-looking = Проверяем…
check-picture = Изображение вашей камеры
check-camera-good = Вас будет видно.
check-camera-off = Камера выключена. Вас не увидят.
check-microphone-good = Вас будет слышно.
check-microphone-looking = Скажите что-нибудь: полоска должна двигаться.
check-microphone-poor = Ничего не слышно. Говорите громче, проверьте выключатель на гарнитуре или выберите другой микрофон.
check-microphone-off = Микрофон выключен. Вас не услышат.
check-speaker = Звук
check-speaker-play = Проиграть звук
check-speaker-playing = Играет…
check-speaker-question = Вы слышали звук?
check-speaker-yes = Да
check-speaker-no = Нет
check-speaker-good = Вы будете слышать остальных.
check-speaker-poor = Прибавьте громкость, проверьте, не подключены ли наушники, или выберите другой динамик.
check-speaker-missing = Динамик не найден. Подключите его.
check-speaker-busy = Динамик занят другой программой. Закройте её.
check-speaker-forbidden = Система не разрешает приложению пользоваться динамиком. Разрешите это в настройках системы.
check-speaker-failed = Проиграть звук не удалось. Выберите другой динамик.
check-network = Связь
check-network-relay-good = Ретранслятор клиники отвечает: звонок пройдёт.
check-network-server-good = Сервер клиники отвечает.
check-network-poor = Связь медленная. Сядьте ближе к роутеру, подключитесь кабелем и остановите загрузки.
check-network-relay-failed = Ретранслятор клиники не отвечает. Звонок может пройти и так; если нет, попробуйте другую сеть или раздайте интернет с телефона.
check-network-server-failed = Сервер клиники не отвечает. Проверьте, подключён ли компьютер к сети.
check-round-trip = Туда и обратно: { $ms } мс
check-all-good = Всё работает.

knocks-title = Ждут, чтобы их впустили
knocks-waits = Ждёт { $time }
knocks-more =
    { $count ->
        [one] Ещё { $count } человек
        [few] Ещё { $count } человека
        [many] Ещё { $count } человек
       *[other] Ещё { $count } человека
    }
knocks-fewer = Свернуть
knocks-away = Нет у экрана
knocks-admit = Впустить
knocks-admit-elsewhere = Войти и впустить
knocks-admitting = Впускаем…
knocks-elsewhere-hint = «Войти и впустить» откроет приём; камера и микрофон включатся.
knocks-hold-admit = Удержать и впустить
knocks-beyond-hint = Текущий звонок встанет на удержание, приём откроется с включёнными камерой и микрофоном.
knocks-deny = Отказать
knocks-deny-title = Отказать: { $name }?
knocks-deny-reason = Причина, чтобы было понятно, что делать
knocks-note = Написать
knocks-note-title = Сообщение: { $name }
knocks-note-text = Ваше сообщение
knocks-send = Отправить
knocks-back = Назад
knocks-ring = Позвать
knocks-name = { $action }: { $name }
ready-all = Всё готово
ready-camera = Камера
ready-microphone = Микрофон
ready-network = Связь
ready-unknown = не проверено
ready-looking = проверяется
ready-good = готово
ready-poor = плохо
ready-missing = нет
ready-busy = занято другой программой
ready-forbidden = нет разрешения
ready-failed = не работает
ready-pair = { $device }: { $state }
