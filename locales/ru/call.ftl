### The call: tiles, switches, devices, the clock. $vertical is "medicine" or "general".

call-title = Идёт приём
call-participants = Участники
call-controls = Управление звонком
call-you = Вы
call-waiting-title = Здесь пока никого нет
call-waiting-text = Изображение появится само, когда кто-нибудь войдёт.
call-left-title = Ждём возвращения
call-left-text = Изображение появится само. Вернуться можно по той же ссылке.

call-phase-connecting = Подключаемся к звонку…
call-phase-connected = Подключено
call-phase-reconnecting = Связь потеряна. Восстанавливаем её автоматически…
call-phase-on-hold = Приём на паузе
call-phase-failed = Войти в звонок не удалось

call-hold-title = Приём на паузе
call-hold-text = Пока он не продолжится, никто вас не видит и не слышит.

peer-state-connecting = Подключаемся…
peer-state-connected = На связи
peer-state-reconnecting = Восстанавливаем связь…
peer-state-away = Связь пропала. Место сохраняется.

peer-mic-off = Микрофон выключен
peer-camera-off = Камера выключена
peer-on-hold = На удержании
peer-speaking = Говорит

tile-show-large = Показать крупно: { $name }
tile-show-screen-large = Показать крупно экран: { $name }
tile-same-size = Показать всех одинаково
tile-shared-screen-large = Показать крупно общий экран
tile-more = Звук и размер: { $name }
tile-screen-of = Экран: { $name }

volume-label = Громкость
volume-value = { $percent } %
volume-mute = Выключить звук для меня
volume-hint = Это меняет только то, что слышите вы.
peer-muted-for-me = У вас звук выключен

switch-mic = Микрофон
switch-camera = Камера
switch-on = Вкл.
switch-off = Выкл.
switch-paused = На паузе
switch-not-allowed = Нельзя
call-not-allowed =
    { $media ->
        [mic] На этом приёме клиника не разрешила вам включать микрофон. Вас видно, а вы видите и слышите остальных.
        [camera] На этом приёме клиника не разрешила вам включать камеру. Вас слышно, а вы видите и слышите остальных.
       *[both] На этом приёме клиника не разрешила вам включать микрофон и камеру. Можно смотреть и слушать.
    }
switch-mic-shortcut = Микрофон (клавиша M)
switch-camera-shortcut = Камера (клавиша V)
level-mic = Громкость вашего микрофона

device-mic-missing = Микрофон не найден. Подключите его.
device-mic-in-use = Микрофон занят другой программой. Закройте её.
device-mic-not-allowed = Система не разрешает приложению пользоваться микрофоном. Разрешите это в настройках системы.
device-mic-not-allowed-browser = Этому браузеру не разрешено использовать микрофон. Нажмите значок рядом с адресом вверху, разрешите микрофон, затем выключите и снова включите его здесь.
device-mic-failed = Микрофон перестал работать. Отключите его и подключите снова или выберите другой.
device-camera-missing = Камера не найдена. Подключите её.
device-camera-in-use = Камера занята другой программой. Закройте её.
device-camera-not-allowed = Система не разрешает приложению пользоваться камерой. Разрешите это в настройках системы.
device-camera-not-allowed-browser = Этому браузеру не разрешено использовать камеру. Нажмите значок рядом с адресом вверху, разрешите камеру, затем выключите и снова включите её здесь.
device-camera-failed = Камера перестала работать. Отключите её и подключите снова или выберите другую.

devices-open = Устройства
devices-title = Камера и звук
devices-camera = Камера
devices-microphone = Микрофон
devices-speaker = Динамик
devices-ring = Звонок через
devices-ring-speaker = Тот же динамик, что и в звонке
devices-none = Не найдено
devices-test-picture = Тестовое изображение
devices-test-tone = Тестовый сигнал
devices-test-speaker = Без звука
devices-refresh = Найти устройства заново
devices-system = Как в системе

processing-title = Звук вашего микрофона
processing-echo-cancellation = Убирать эхо
processing-noise-suppression = Убирать шум
processing-gain-control = Выравнивать громкость
processing-clinical = Передавать звук как есть
processing-clinical-hint = Для стетоскопа. Наденьте наушники: эхо в это время не убирается.

clock-label = Время приёма
clock-remaining = осталось
clock-overtime = сверх времени
clock-paused = пауза
clock-over = Запланированное время вышло

extend-open = Продлить
extend-title = Продлить приём
extend-by =
    { $minutes ->
        [one] Ещё { $minutes } минута
        [few] Ещё { $minutes } минуты
        [many] Ещё { $minutes } минут
       *[other] Ещё { $minutes } минуты
    }
extend-busy = Продлеваем…
more-time-asked =
    { $vertical ->
        [medicine] Пациент просит ещё времени
       *[general] Клиент просит ещё времени
    }
more-time-dismiss = Не сейчас
ask-more-time = Попросить ещё времени
ask-more-time-asked = Просьба о дополнительном времени отправлена.

web-room-title = Звонок идёт в вашем браузере
web-room-where = Найдите окно браузера с адресом { $host }. Если он спросит про камеру и микрофон, разрешите их.
web-room-opening = Открываем звонок в вашем браузере…
web-room-address = Звонок проходит по адресу { $host }.
web-room-again = Открыть снова
web-room-trouble = Ничего не открылось? Нажмите «{ web-room-again }». Если не поможет, позвоните в клинику.
web-room-stay = Не закрывайте это окно: здесь видно время приёма и отсюда из него выходят. После этого закройте и страницу в браузере.
web-room-paused = Часы стоят, но звонок в браузере продолжается. Выключите там микрофон и камеру.

about-open = О приёме
