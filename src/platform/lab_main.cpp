// platform: lab.wasm, the program of the page: the lab's state, the lesson player and the panels behind one message
// port (src/README.md). It draws through WebGL2 once the page says that a context is there, and lives without one.
#include <emscripten.h>
#include <imgui.h>
#include <imgui_impl_opengl3.h>

#include <cstdlib>
#include <exception>
#include <memory>
#include <optional>
#include <string>

#include "lab/describe.h"
#include "lab/form.h"
#include "lab/lab.h"
#include "lab/lesson.h"
#include "lab/strings.h"
#include "platform/lab_input.h"
#include "platform/lab_picture.h"
#include "platform/port.h"
#include "training/backends.h"
#include "ui/ui.h"

namespace heed {
namespace {

constexpr int kSettleFrames = 3;   ///< drawn after an event, until hover and layout have settled
constexpr double kMirrorMs = 700;  ///< at most so often is the text mirror renewed
constexpr double kAtOnce = 0;      ///< a time that does not delay the mirror's next renewal

struct Program {
  OutgoingPort port;
  Lab lab;
  Ui ui;
  std::optional<LessonPlayer> lesson;
  Json strings = Json::object();
  std::string language;
  bool initialised = false;  ///< before that there are no words to say anything in
  bool graphics = false;
  int frames_wanted = 0;
  std::uint64_t drawn_revision = 0, mirrored_revision = ~std::uint64_t{0};
  double last_mirror_ms = -1e9, last_advance_ms = -1;
  LabPicture picture;
  Pace pace;
  std::vector<std::string> mirrored;
  bool form_wanted = false;  ///< the page shows the controls in HTML
  Json form;                 ///< as told last
};

Program& program() {
  static Program instance;
  return instance;
}

void send(Json json) {
  program().port.push(json.dump(-1, ' ', false, Json::error_handler_t::replace));
}

void say_notice(const char* severity, const std::string& text) {
  send({{"kind", "notice"}, {"severity", severity}, {"text", text}});
}

void take_language() {
  Program& p = program();
  if (p.lab.state().language == p.language) return;
  p.language = p.lab.state().language;
  const Json none = Json::object();
  set_strings(p.strings.value("en", none), p.strings.value(p.language, none));
}

/// Everything that lab, lesson and panels have to say goes out.
void flush() {
  Program& p = program();
  for (LabCommand& command : p.ui.take_commands()) p.lab.apply(command);
  take_language();
  for (auto& [run, command] : p.lab.take_run_commands()) {
    Message message = encode(command);
    Json json = {{"kind", "run_command"}, {"run", run}, {"command", Json::parse(message.json)}};
    p.port.push(Message{json.dump(-1, ' ', false, Json::error_handler_t::replace), std::move(message.blob)});
  }
  for (PageMessage& message : p.lab.take_page_messages())
    p.port.push(Message{message.json.dump(-1, ' ', false, Json::error_handler_t::replace), std::move(message.blob)});
  for (PageMessage& message : p.ui.take_messages())
    p.port.push(Message{message.json.dump(-1, ' ', false, Json::error_handler_t::replace), std::move(message.blob)});
  if (p.lesson && p.lesson->refresh(p.lab)) send(p.lesson->view(p.lab));
}

/// The controls of what is built, for the page's form.
void tell_form() {
  Program& p = program();
  if (!p.form_wanted) return;
  Json form = form_of(p.lab.state());
  if (form == p.form) return;
  send(form);
  p.form = std::move(form);
}

/// The lab in words, when it changed, and not more often than people can listen.
bool mirror(double now_ms) {
  Program& p = program();
  if (!p.initialised) return false;
  if (p.lab.revision() == p.mirrored_revision) return false;
  if (now_ms - p.last_mirror_ms < kMirrorMs) return true;
  p.last_mirror_ms = now_ms;
  tell_form();
  p.mirrored_revision = p.lab.revision();
  std::vector<std::string> paragraphs = describe_lab(p.lab.state(), p.lab);
  if (paragraphs == p.mirrored) return false;
  p.mirrored = std::move(paragraphs);
  send({{"kind", "mirror"}, {"paragraphs", p.mirrored}});
  return false;
}

// ---- messages in
// ---------------------------------------------------------------------------------------------------------------

void receive_init(const Json& message) {
  Program& p = program();
  p.strings = message.value("strings", Json::object());
  LabState& state = p.lab.mutable_state();
  state.language = message.value("language", std::string("en"));
  state.dark = message.value("dark", false);
  state.reduced_motion = message.value("reduced_motion", false);
  if (const std::string backend = message.value("backend", std::string("auto")); read_wish(backend)) state.backend = backend;
  p.language.clear();  // the tables are new, whatever the language
  take_language();
  if (const Status tokens = p.ui.set_tokens(message.value("tokens", Json::object())); !tokens)
    say_notice("error", tokens.error());
  const std::string fragment = message.value("fragment", std::string());
  if (const Status opened = p.lab.open_fragment(fragment); !opened) {
    say_notice("warning", opened.error());
    p.lab.apply(LoadPreset{0, Json::object(), true});
  } else if (!p.lab.state().runs[0].used) {
    p.lab.apply(LoadPreset{0, Json::object(), true});
  }
  p.initialised = true;
  mirror(kAtOnce);
}

void receive_lesson(const Json& message) {
  Program& p = program();
  if (message.value("close", false)) {
    p.lesson.reset();
    p.lab.apply(SetHighlights{});
    return;
  }
  if (message.contains("load")) {
    const Json& load = message.at("load");
    LessonSource source;
    source.lesson = load.value("lesson", Json::object());
    const Json strings = load.value("strings", Json::object());
    for (const auto& [code, table] : strings.items()) source.strings[code] = table;
    Result<Lesson> lesson = load_lesson(source);
    if (!lesson) return say_notice("error", lesson.error());
    p.lesson.emplace(std::move(*lesson), load.value("progress", Json()));
    p.lesson->enter(p.lab);
    return;
  }
  if (!message.contains("act") || !p.lesson) return;
  if (const Status done = p.lesson->act(message.at("act"), p.lab); !done) say_notice("warning", done.error());
}

void receive_lab_command(const Json& message, const Bytes& blob) {
  Program& p = program();
  Result<LabCommand> command = lab_command_from_json(message.value("command", Json::object()));
  if (!command) return say_notice("warning", command.error());
  if (auto* resume = std::get_if<ResumeSaved>(&*command)) {
    resume->checkpoint = blob;
    // The second run of a saved pair: both are shown again, without a fresh one in its place.
    if (resume->run == 1) p.lab.mutable_state().compare = true;
  }
  p.lab.apply(*command);
}

void receive_run_event(const Json& message, const Bytes& blob) {
  Program& p = program();
  Result<Event> event = decode_event(message.value("event", Json::object()).dump(), blob);
  if (!event) return say_notice("warning", event.error());
  p.lab.receive(message.value("run", 0), std::move(*event));
}

/// The page has made a WebGL2 context current, or has lost it.
void set_graphics(bool ready) {
  Program& p = program();
  if (p.graphics) ImGui_ImplOpenGL3_Shutdown();
  p.graphics = ready && ImGui_ImplOpenGL3_Init("#version 300 es");
  p.ui.clears_grounds = true;
  p.picture.forget();
}

/// Esc inside an open choice or a text field closes that; otherwise the canvas is left.
void leave_on_escape(const Json& message) {
  if (message.value("key", std::string()) != "Escape" || !message.value("down", false)) return;
  if (ImGui::IsAnyItemActive() || ImGui::IsPopupOpen("", ImGuiPopupFlags_AnyPopupId | ImGuiPopupFlags_AnyPopupLevel))
    return;
  send({{"kind", "leave"}});
}

void receive(const std::string& text, const Bytes& blob) {
  Program& p = program();
  const Result<Json> parsed = parse_json(text);
  if (!parsed || !parsed->is_object())
    return say_notice("warning", parsed ? "a message to the lab is not an object" : parsed.error());
  const Json& message = *parsed;
  const std::string kind = message.value("kind", std::string());
  if (kind == "run_event") {
    receive_run_event(message, blob);
  } else if (kind == "init") {
    receive_init(message);
    p.frames_wanted = kSettleFrames;
  } else {
    p.frames_wanted = kSettleFrames;
    if (kind == "key") leave_on_escape(message);
    if (apply_input(p.ui, kind, message, blob)) {
      // done
    } else if (kind == "lab") {
      receive_lab_command(message, blob);
      tell_form();
    } else if (kind == "lesson") {
      receive_lesson(message);
    } else if (kind == "graphics") {
      set_graphics(message.value("ready", false));
    } else if (kind == "form") {
      p.form_wanted = message.value("on", false);
      p.form = Json();
      tell_form();
    } else if (kind == "locate") {
      p.ui.locate(message.value("id", std::string()));
    } else {
      say_notice("warning", "the lab does not know messages of the kind '" + kind + "'");
    }
  }
  flush();
}

// ---- frames
// --------------------------------------------------------------------------------------------------------------------

bool draw(double now_ms) {
  Program& p = program();
  if (!p.ui.fonts.ready()) return false;
  ImGui_ImplOpenGL3_NewFrame();
  const bool more = p.ui.frame(p.lab, now_ms);
  if (p.picture.draw(p.ui)) p.pace.drawn(now_ms);
  return more;
}

/// 1 while another frame is wanted.
int frame(double now_ms) {
  Program& p = program();
  if (!p.initialised) return 0;
  const double elapsed = p.last_advance_ms < 0 ? 16 : now_ms - p.last_advance_ms;
  p.last_advance_ms = now_ms;
  bool more = p.lab.advance(elapsed);
  p.pace.frame(now_ms);
  const bool changed = p.lab.revision() != p.drawn_revision || p.ui.moves();
  if (p.graphics && (p.frames_wanted > 0 || (changed && p.pace.due(now_ms)))) {
    p.frames_wanted = std::max(0, p.frames_wanted - 1);
    p.drawn_revision = p.lab.revision();
    if (draw(now_ms)) p.frames_wanted = std::max(p.frames_wanted, 1);
    more = more || p.ui.moves();
  } else if (p.graphics && changed) {
    more = true;
  }
  more = mirror(now_ms) || more || p.frames_wanted > 0;
  flush();
  return more ? 1 : 0;
}

/// Everything that JavaScript calls goes through here, so that no exception reaches it.
template <class Work>
int guarded(Work work) noexcept {
  try {
    try {
      return work();
    } catch (const std::exception& error) {
      say_notice("error", std::string("The lab could not do this: ") + error.what());
    } catch (...) {
      say_notice("error", "The lab could not do this.");
    }
  } catch (...) {
    // Not even the message could be built: the page goes on without it.
  }
  return 0;
}

}  // namespace
}  // namespace heed

extern "C" {

EMSCRIPTEN_KEEPALIVE void* heed_alloc(int size) {
  return std::malloc(size > 0 ? static_cast<std::size_t>(size) : 1);
}
EMSCRIPTEN_KEEPALIVE void heed_free(void* room) {
  std::free(room);
}

EMSCRIPTEN_KEEPALIVE int heed_post(const char* json, int json_size, const std::uint8_t* blob, int blob_size) {
  return heed::guarded([&] {
    heed::receive(std::string(json, static_cast<std::size_t>(json_size)), heed::Bytes(blob, blob + blob_size));
    return 1;
  });
}

EMSCRIPTEN_KEEPALIVE int heed_frame(double now_ms) {
  return heed::guarded([&] { return heed::frame(now_ms); });
}

EMSCRIPTEN_KEEPALIVE int heed_take() {
  return heed::guarded([] { return heed::program().port.take() ? 1 : 0; });
}
EMSCRIPTEN_KEEPALIVE const char* heed_json() {
  return heed::program().port.current().json.data();
}
EMSCRIPTEN_KEEPALIVE int heed_json_size() {
  return static_cast<int>(heed::program().port.current().json.size());
}
EMSCRIPTEN_KEEPALIVE const std::uint8_t* heed_blob() {
  return heed::program().port.current().blob.data();
}
EMSCRIPTEN_KEEPALIVE int heed_blob_size() {
  return static_cast<int>(heed::program().port.current().blob.size());
}
}
