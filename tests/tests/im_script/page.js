// A page of a clinic's own, at the end of a line: it does what it is told, and tells what the messenger tells it.
const im = new ImClient({ clientType: "patient" });
const control = new WebSocket(`ws://${location.host}/control`);
const tell = (name, value) => control.send(JSON.stringify({ name, value }));

const orders = {
  login: ([user, password]) => im.login(user, password),
  sessions: () => im.sessions(),
  unread: () => im.unread(),
  open: (session) => im.open(session),
  before: (message) => im.before(message),
  send: (text) => im.send(text),
  read: () => im.read(),
  file: ([name, text]) => im.sendFile(new File([text], name)),
  fetch: async (id) => (await im.file(id)).text(),
  logout: () => im.logout(),
};

control.onopen = () => {
  for (const name of ["message", "badge", "read", "typing", "topic", "state"]) {
    im.on(name, (value) => tell(name, value));
  }
  tell("ready", null);
};
control.onmessage = async ({ data }) => {
  const { name, value } = JSON.parse(data);
  try {
    tell(`done ${name}`, (await orders[name](value)) ?? null);
  } catch (error) {
    tell(`failed ${name}`, error.code ?? String(error));
  }
};
