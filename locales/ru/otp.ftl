### The one-time code that some visits ask for first.

otp-title = Введите код
otp-before-title = Сначала нужен код
otp-before = Этот приём защищён одноразовым кодом. Клиника пришлёт его вам в сообщении.
otp-sent = Клиника отправила вам сообщение с кодом. Введите его здесь.
otp-label = Код из сообщения
otp-send = Получить код
otp-sending = Отправляем…
otp-resend = Получить новый код
otp-resend-wait =
    { $seconds ->
        [one] Новый код можно получить через { $seconds } секунду
        [few] Новый код можно получить через { $seconds } секунды
        [many] Новый код можно получить через { $seconds } секунд
       *[other] Новый код можно получить через { $seconds } секунды
    }
otp-submit = Продолжить
otp-verifying = Проверяем…
otp-help = Сообщения нет? Загляните и в папку «Спам». Если код так и не придёт, позвоните в клинику.
otp-leave = Не сейчас
