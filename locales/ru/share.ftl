### Показ своего экрана остальным.

share-start = Показать экран
share-stop = Закончить показ
share-cancel = Отмена

share-choose-title = Что показать?
share-choose-text = Пока никто ничего не видит. Сначала посмотрите сами.
share-choose-busy = Ищем экраны и окна…
share-choose-none = Показывать пока нечего. Откройте окно, которое хотите показать, и поищите снова.
share-choose-again = Поискать снова

share-kind-screen = Весь экран
share-kind-window = Окно
share-kind-system-choice = Выбрать в списке вашей системы
share-kind-synthetic = Тестовое изображение

share-preview-title = Вот что увидят остальные
share-preview-text = Пока этого никто не видит.
share-preview-busy = Изображение сейчас появится…
share-preview-uncovered = Здесь видны и окно этого приложения, и всплывающие сообщения. Закройте то, чего остальным видеть не нужно.
share-preview-start = Показать остальным
share-preview-other = Выбрать другое

share-live = Вы показываете:
share-paused = На паузе, сейчас этого никто не видит:

share-problem-missing = Того, что вы выбрали, больше нет. Выберите другое.
share-problem-in-use = Экран занят другой программой. Закройте её.
share-problem-not-allowed = Система не разрешает приложению показывать экран. Разрешите это в настройках системы. В Linux войдите в сеанс X11: Wayland пока не поддерживается.
share-problem-failed = Изображения экрана нет. Выберите другое.
