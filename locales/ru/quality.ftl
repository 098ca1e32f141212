### How well the call goes: on the tiles, above the controls, in the panel with the figures, and after the visit.
### $vertical is "medicine" or "general"; $name is somebody's name.

quality-unknown = Связь измеряется
quality-good = Связь хорошая
quality-fair = Связь слабая
quality-poor = Связь плохая
quality-badge = { $name }: { $quality }. Показать цифры

quality-network-mine = У вас слабая связь
quality-network-theirs = Слабая связь на той стороне
quality-network-between = Слабая связь между вами
quality-processor-mine = Ваш компьютер не справляется
quality-processor-theirs = Компьютер на той стороне не справляется
quality-device-mine = Ваша камера или микрофон не работает
quality-device-theirs = Камера или микрофон на той стороне не работает

advice-network = Подойдите ближе к роутеру Wi‑Fi или подключите сетевой кабель и остановите загрузки.
advice-processor = Закройте другие программы и вкладки браузера.
sound-only = Выключить мою камеру
sound-only-why = Без вашего изображения звуку достанется больше места.

reduced-smaller = { $name } видит вас в уменьшенном виде: связь медленная. Это пройдёт само.
reduced-slides = { $name } видит один ваш кадр в секунду: связь медленная. Это пройдёт само.
reduced-audio-only = { $name } слышит вас, но не видит: связь слишком медленная. Изображение вернётся само.
reduced-over = { $name } снова видит ваше изображение полностью.

phone-offer-client = Связь слишком слабая для звонка. Можно продолжить по телефону:
phone-offer-specialist =
    { $vertical ->
        [medicine] Связь слишком слабая для звонка. Предложите пациенту продолжить по телефону:
       *[general] Связь слишком слабая для звонка. Предложите клиенту продолжить по телефону:
    }
phone-copy = Скопировать номер
phone-copied = Скопировано

details-title = Цифры звонка
details-wait = Одну минуту…
details-drawing = Изображение рисует
details-drawing-page = окно
details-drawing-native = само приложение
details-processor = Нагрузка на процессор
details-processor-value = { $percent } % одного ядра
details-frames = Принято кадров
details-frames-value = { $frames } в секунду
details-height = Высота изображения
details-height-value = { $pixels } пикс.
details-kbits-in = Приём
details-kbits-out = Передача
details-line = Связь пропускает
details-kbits-value = { $kbits } кбит/с
details-round-trip = Путь туда и обратно
details-ms-value = { $ms } мс
details-lost = Потеряно в пути
details-concealed = Звук, дополненный взамен потерянного
details-percent-value = { $percent } %
details-frozen = Изображение стояло
details-gets = Ваше изображение на той стороне
details-gets-full = целиком
details-gets-smaller = уменьшено
details-gets-slides = один кадр в секунду
details-gets-audio-only = нет, только звук
details-unknown = неизвестно

record-title = Как прошёл звонок
record-good = Связь всё время была хорошей.
record-fair = Временами связь была слабой.
record-poor = Связь была плохой: страдали изображение и звук.
record-by = Измерено на стороне
record-with = Собеседник
record-seconds = На связи
record-lost = Потеряно в пути, в среднем
record-lost-p95 = Потеряно в пути, 95 % времени меньше
record-round-trip = Путь туда и обратно, в среднем
record-round-trip-p95 = Путь туда и обратно, 95 % времени меньше
record-worst = Наименьшее переданное изображение
record-reconnects = Сколько раз связь пропадала и восстанавливалась
