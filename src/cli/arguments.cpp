// cli: the options of every verb, once: what they are called, what they take, and their help.
#include "cli/arguments.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <thread>

#include "base/field.h"

namespace heed::cli {
namespace {

constexpr const char* kPresetHelp = "A name in assets/presets, a preset file (.json), or what a link of the lab has after '#'";
constexpr const char* kBackendHelp = "What computes: cpu (fast) or reference (plain loops in double precision, slow)";
constexpr const char* kDataHelp =
    "Your own data, a text file or a folder of them. For the task \"pairs\" one pair a line, a tab between source and "
    "target; for the task \"text\" any text; for the task \"stories\" files of the bAbI tasks, or their folder";

/// A check that does not describe itself in the help: the text does.
CLI::Validator quiet(CLI::Validator check) {
  return check.description("");
}

void add_backend(CLI::App* verb, std::string& backend) {
  verb->add_option("--backend", backend, kBackendHelp)
      ->check(quiet(CLI::IsMember({"cpu", "reference"})))
      ->type_name("NAME")
      ->capture_default_str();
}

/// One for each core, but no more than models of these sizes can feed.
int usual_threads() {
  constexpr int kMostThreads = 4;
  return std::clamp(static_cast<int>(std::thread::hardware_concurrency()), 1, kMostThreads);
}

void add_threads(CLI::App* verb, int& threads) {
  threads = usual_threads();
  verb->add_option("--threads", threads, "How many threads compute; the numbers do not depend on it")
      ->check(quiet(CLI::Range(1, 64)))
      ->type_name("N")
      ->capture_default_str();
}

void add_train(CLI::App* verb, TrainOptions& options) {
  verb->add_option("preset", options.preset, kPresetHelp)->required()->type_name("PRESET|FILE");
  verb->add_option("--steps", options.steps, "Train so many steps instead of what the preset says")
      ->check(quiet(CLI::Range(1, 100000000)))
      ->type_name("N");
  verb->add_option("--seconds", options.seconds, "Stop after so many seconds of training")
      ->check(quiet(CLI::PositiveNumber))
      ->type_name("S");
  verb->add_option("--seed", options.seed, "The seed instead of the preset's")
      ->check(quiet(CLI::Range(0, 1000000000)))
      ->type_name("S");
  verb->add_option("--restarts", options.restarts,
                   "Train so many times, with the seeds S, S+1, ..., and keep the training with the lowest error on what it was trained on; "
                   "the test chooses nothing")
      ->check(quiet(CLI::Range(1, 1000)))
      ->type_name("N");
  verb->add_option("--set", options.set,
                   "Change a setting, for example model.attention=none; `heed models` and `heed tasks` list them")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false)
      ->take_all();
  verb->add_option("--data", options.data, kDataHelp)->type_name("PATH");
  add_backend(verb, options.backend);
  add_threads(verb, options.threads);
  verb->add_option("--out", options.out, "Write a checkpoint here when done")->type_name("FILE");
  verb->add_option("--assets", options.assets, "The folder of presets and lessons")
      ->envname("HEED_ASSETS")
      ->type_name("DIR");
  verb->add_flag("--json", options.json, "One JSON object as the last line");
}

void add_eval(CLI::App* verb, EvalOptions& options) {
  verb->add_option("file", options.file, "A checkpoint written by train --out, or saved in the lab")
      ->required()
      ->type_name("FILE");
  verb->add_option("--examples", options.examples, "How many held-out examples per split")
      ->check(quiet(CLI::Range(1, 4096)))
      ->type_name("N")
      ->capture_default_str();
  verb->add_option("--lengths", options.lengths, "How well it does at these lengths, far beyond those of training: for tasks with a test_length")
      ->delimiter(',')
      ->check(quiet(CLI::Range(1, 1024)))
      ->type_name("N,N,...");
  verb->add_option("--repeats", options.repeats, "With --lengths: so many repeats are asked for, for tasks with test_repeats")
      ->check(quiet(CLI::Range(1, 20)))
      ->needs("--lengths")
      ->type_name("N");
  verb->add_option("--data", options.data, "The pairs, where the checkpoint does not hold them (over 1 MiB)")
      ->type_name("PATH");
  add_backend(verb, options.backend);
  add_threads(verb, options.threads);
  verb->add_flag("--json", options.json, "One JSON object as the last line");
}

void add_generate(CLI::App* verb, GenerateOptions& options) {
  verb->add_option("file", options.file, "A checkpoint of a language model, written by train --out or saved in the lab")
      ->required()
      ->type_name("FILE");
  verb->add_option("--prompt", options.prompt, "How the text begins; without it, at the start of a sentence")
      ->type_name("TEXT");
  verb->add_option("--length", options.length, "How many characters or pieces are written")
      ->check(quiet(CLI::Range(1, 4096)))
      ->type_name("N")
      ->capture_default_str();
  verb->add_option("--temperature", options.sampling.temperature,
                   "Below 1 keeps to what is likely, above 1 dares more; 0 always takes the likeliest")
      ->check(quiet(CLI::Range(0.0, 100.0)))
      ->type_name("T")
      ->capture_default_str();
  verb->add_option("--top-k", options.sampling.top_k, "Only among so many of the likeliest; 0: all")
      ->check(quiet(CLI::Range(0, 100000)))
      ->type_name("K")
      ->capture_default_str();
  verb->add_option("--top-p", options.sampling.top_p, "Only among the likeliest that together have this share")
      ->check(quiet(CLI::Range(0.0, 1.0)))
      ->type_name("P")
      ->capture_default_str();
  verb->add_option("--seed", options.sampling.seed, "The same seed gives the same text again")
      ->type_name("S")
      ->capture_default_str();
  verb->add_option("--data", options.data, "The text, where the checkpoint does not hold it (over 1 MiB)")
      ->type_name("PATH");
  add_backend(verb, options.backend);
  verb->add_flag("--json", options.json, "One JSON object as the last line");
}

void add_inside(CLI::App* verb, InsideOptions& options) {
  verb->footer("For example: heed inside reverse.safetensors --input abcdef");
  verb->add_option("file", options.file, "A checkpoint written by train --out, or saved in the lab")
      ->required()
      ->type_name("FILE");
  verb->add_option("--input", options.input, "What to look at; without it, an example of the task")->type_name("TEXT");
  verb->add_option("--example", options.example, "Which of the task's examples")
      ->check(quiet(CLI::Range(1, 64)))
      ->type_name("N")
      ->capture_default_str();
  verb->add_option("--data", options.data, "The pairs, the text or the stories, where the checkpoint does not hold them (over 1 MiB)")
      ->type_name("PATH");
  add_backend(verb, options.backend);
  verb->add_flag("--json", options.json, "One JSON object as the last line");
}

void add_cost(CLI::App* verb, CostOptions& options) {
  verb->add_option("preset", options.preset, kPresetHelp)->required()->type_name("PRESET|FILE");
  verb->add_option("--width", options.width, "The width of the layers that are compared")
      ->check(quiet(CLI::Range(8, 256)))
      ->type_name("D")
      ->capture_default_str();
  verb->add_option("--set", options.set, "Change a setting, for example model.attention=none")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false)
      ->take_all();
  add_backend(verb, options.backend);
  verb->add_option("--assets", options.assets, "The folder of presets and lessons")
      ->envname("HEED_ASSETS")
      ->type_name("DIR");
  verb->add_flag("--json", options.json, "One JSON object as the last line");
}

/// What the word should have been, among the verbs or the options of the verb that was meant.
std::string did_you_mean(const CLI::App& app, const std::vector<std::string>& words) {
  const std::vector<CLI::App*> chosen = app.get_subcommands();
  const CLI::App& verb = chosen.empty() ? app : *chosen.front();
  std::vector<std::string> known;
  for (const CLI::App* other : app.get_subcommands(nullptr)) {
    if (chosen.empty()) known.push_back(other->get_name());
  }
  for (const CLI::Option* option : verb.get_options()) {
    for (const std::string& name : option->get_lnames()) known.push_back("--" + name);
  }
  for (const std::string& word : words) {
    const std::string near = nearest(word, known);
    if (!near.empty()) return " Did you mean '" + near + "'?";
  }
  return "";
}

Stop wrong(const CLI::App& app, const std::string& message, const std::string& hint) {
  const std::vector<CLI::App*> chosen = app.get_subcommands();
  std::cerr << "heed: " << message << (message.ends_with('.') ? "" : ".") << hint << "\n  " << app.get_name()
            << (chosen.empty() ? "" : " " + chosen.front()->get_name()) << " --help lists what there is.\n";
  return {kUsage};
}

}  // namespace

CommandLine parse_command_line(int argc, const char* const* argv) {
  CLI::App app("Heed's native tool: the same engine as in the page.", "heed");
  app.require_subcommand(1);
  app.get_formatter()->column_width(34);
  app.get_formatter()->label("SUBCOMMAND", "VERB");
  app.footer("Exit status: 0 good, 1 failed, 2 the command line, or a preset that it names, is wrong.");

  CatalogueOptions models, tasks{true, false};
  TrainOptions train;
  EvalOptions eval;
  GenerateOptions generate;
  LessonsOptions lessons;
  InsideOptions inside;
  CostOptions cost;
  CLI::App* models_verb = app.add_subcommand("models", "The models, their slots and their settings");
  models_verb->add_flag("--json", models.json, "One JSON object as the last line");
  CLI::App* tasks_verb = app.add_subcommand("tasks", "The tasks and their settings");
  tasks_verb->add_flag("--json", tasks.json, "One JSON object as the last line");
  tasks_verb->add_option("--stories", tasks.stories, "Write stories of all twenty kinds into this folder, in the format of the bAbI files")->type_name("DIR");
  tasks_verb->add_option("--count", tasks.count, "How many questions a file; as many of each kind for training and for the test")
      ->check(quiet(CLI::Range(1, 100000)))
      ->type_name("N")
      ->capture_default_str();
  tasks_verb->add_option("--questions", tasks.questions, "At most so many questions a story (default: by kind, as many as the published ones, mostly five)")
      ->check(quiet(CLI::Range(1, 12)))
      ->type_name("N");
  tasks_verb->add_option("--longest", tasks.longest, "Stories of up to so many sentences (default: 40, and a dozen at least; with --questions 1 by kind, at most 28)")
      ->check(quiet(CLI::Range(2, 64)))
      ->type_name("N");
  tasks_verb->add_option("--distractors", tasks.distractors, "Of ten sentences so many say what no question asks for")
      ->check(quiet(CLI::Range(0, 8)))
      ->type_name("N")
      ->capture_default_str();
  tasks_verb->add_flag("--no-shortcuts", tasks.no_shortcuts, "Stories without the short cuts of the published ones: anybody may be asked for, all sizes are drawn anew");
  tasks_verb->add_option("--seed", tasks.seed, "Other stories for another seed")->type_name("S")->capture_default_str();
  CLI::App* train_verb = app.add_subcommand("train", "Train a model on a task, and say how good it became");
  train_verb->footer(
      "For example: heed train reverse-attention --set model.attention=dot --seed 2 --out reverse.safetensors\n"
      "Exit status: 0 good, 1 failed, 2 the command line or the preset is wrong.");
  add_train(train_verb, train);
  CLI::App* eval_verb = app.add_subcommand("eval", "Evaluate a checkpoint on examples that it was not trained on");
  add_eval(eval_verb, eval);
  CLI::App* generate_verb = app.add_subcommand("generate", "Let a language model write on");
  add_generate(generate_verb, generate);
  CLI::App* inside_verb =
      app.add_subcommand("inside", "Which input each output of a trained model depends on, asked in several ways");
  add_inside(inside_verb, inside);
  CLI::App* cost_verb =
      app.add_subcommand("cost", "What attention and recurrence cost against the length, counted and by formula");
  add_cost(cost_verb, cost);
  CLI::App* lessons_verb = app.add_subcommand("lessons", "Look after the lessons");
  lessons_verb->require_subcommand(1);
  CLI::App* check_verb = lessons_verb->add_subcommand("check", "Check every lesson in a folder, in every language");
  check_verb
      ->add_option("folder", lessons.folder, "The folder with one folder per lesson; without it, that of the assets")
      ->type_name("DIR");
  check_verb->add_option("--assets", lessons.assets, "The folder of presets and lessons")
      ->envname("HEED_ASSETS")
      ->type_name("DIR");

  for (CLI::App* verb : app.get_subcommands(nullptr)) verb->group("VERBS");

  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    std::cout << app.help();
    return Stop{kGood};
  } catch (const CLI::CallForAllHelp&) {
    std::cout << app.help("", CLI::AppFormatMode::All);
    return Stop{kGood};
  } catch (const CLI::ExtrasError& error) {
    return wrong(app, error.what(), did_you_mean(app, app.remaining(true)));
  } catch (const CLI::ParseError& error) {
    if (!app.get_subcommands().empty()) return wrong(app, error.what(), "");
    if (argc < 2) return wrong(app, "say what to do", "");
    return wrong(app, std::string("there is no verb '") + argv[1] + "'", did_you_mean(app, {argv[1]}));
  }
  if (models_verb->parsed()) return models;
  if (tasks_verb->parsed()) return tasks;
  if (train_verb->parsed()) return train;
  if (eval_verb->parsed()) return eval;
  if (inside_verb->parsed()) return inside;
  if (cost_verb->parsed()) return cost;
  if (generate_verb->parsed()) return generate;
  return lessons;
}

}  // namespace heed::cli
