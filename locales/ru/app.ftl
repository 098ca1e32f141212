### The window itself: start, sign-in, the day, what stands around every screen.

app-name = Consilium
app-not-heard = Приложение не приняло ваше последнее действие. Повторите его, пожалуйста.

language-switch = Язык
language-ru = Русский
language-en = English
language-he = עברית

retry = Попробовать снова
close = Закрыть
go-home = Приёмы на сегодня

starting-title = Consilium запускается
opening-title = Открываем ваш приём
opening-text = Это займёт несколько секунд.

sign-in-title = Вход
sign-in-text = Для специалистов. Логин и пароль вам дала ваша клиника.
sign-in-server = Сервер
sign-in-login = Логин
sign-in-password = Пароль
sign-in-show-password = Показать пароль
sign-in-submit = Войти
sign-in-busy = Входим…

link-title = У вас есть ссылка на приём?
link-text = Скопируйте её из сообщения клиники и вставьте сюда. Логин не нужен.
link-label = Ссылка на приём
link-submit = Открыть приём
link-another = Открыть приём по ссылке

home-title = Сегодня
home-visits = Приёмы
home-count =
    { $count ->
        [0] Приёмов нет
        [one] { $count } приём
        [few] { $count } приёма
        [many] { $count } приёмов
       *[other] { $count } приёма
    }
home-waiting-count =
    { $count ->
        [one] Вас ждёт { $count } человек
        [few] Вас ждут { $count } человека
        [many] Вас ждут { $count } человек
       *[other] Вас ждут { $count } человека
    }
home-client-waits = Ждёт вас
home-empty-title = На сегодня приёмов нет
home-empty-text = Новый приём появится здесь сам, как только клиника его запишет.
home-stale = Список мог устареть.
home-sign-out = Выйти
home-remembered = На этом компьютере вход сохранён.
home-not-remembered = После закрытия приложения нужно будет войти снова.

minutes =
    { $minutes ->
        [one] { $minutes } минута
        [few] { $minutes } минуты
        [many] { $minutes } минут
       *[other] { $minutes } минуты
    }

status-pending = Ещё не открыт
status-open-for-joining = Открыт для входа
status-started = Идёт
status-started-and-waiting = Ждём участника
status-started-and-paused = На паузе
status-cancelled-before-start = Отменён
status-cancelled-after-start = Не доведён до конца
status-finished = Завершён

line-reconnecting = Связь с клиникой потеряна. Восстанавливаем её автоматически…

notice-dismiss = Скрыть
notice-info-changed = Клиника изменила сведения об этом приёме.
notice-not-remembered = Вход не удалось сохранить на этом компьютере. После закрытия приложения нужно будет войти снова.
notice-share-ended = Показ прекращён: приём на паузе либо окно или экран, который вы показывали, больше недоступен.
notice-knock-not-answered = Ваш ответ не дошёл до того, кто ждёт. Попробуйте ещё раз чуть позже.
notice-device-changed = Выбранное устройство отключено. Сейчас используется другое.
notice-no-speaker = Динамик не найден: вы не услышите собеседников. Подключите его и выберите в меню «Устройства».
notice-five-minutes-left = До конца запланированного времени пять минут.
notice-one-minute-left = До конца запланированного времени одна минута.
notice-more-time-asked = Участник просит ещё времени.
notice-extended = Приём продлён.
notice-answered-elsewhere = Вы уже ответили на этот звонок на другом устройстве.
notice-call-over = Звонок уже завершился.

cli-not-understood = Consilium не понимает, как его запустили.
cli-hint = Запустите его значком или ссылкой из сообщения. Справка: consilium --help
