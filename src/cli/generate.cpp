// cli: `generate`: a language model from a checkpoint writes on.
#include <iostream>

#include "cli/commands.h"
#include "cli/driver.h"
#include "cli/files.h"

namespace heed::cli {

int generate(const GenerateOptions& options, const MakeBackend& make_backend) {
  const auto bytes = read_bytes(options.file);
  if (!bytes) return fail(bytes.error(), options.json);
  const auto data = read_data(options.data);
  if (!data) return fail(data.error(), options.json);
  Driver driver(make_backend, options.backend);
  driver.apply(ResumeRun{*bytes, *data});
  driver.work();
  if (!driver.started()) return fail(options.file + ": " + driver.error(), options.json);
  driver.apply(Generate{1, options.prompt, options.length, options.sampling});
  std::optional<TextWritten> written;
  driver.work([&](const Event& event) {
    if (const auto* ready = std::get_if<TextWritten>(&event)) written = *ready;
  });
  if (!written) return fail("Nothing was written. " + driver.error(), options.json);
  if (!written->error.empty()) return fail(written->error, options.json);
  if (!options.json) {
    std::cout << written->text << std::endl;
    return kGood;
  }
  std::cout << Json{{"text", written->text},
                    {"prompt", written->prompt},
                    {"pieces", written->pieces},
                    {"chances", written->chances},
                    {"seed", options.sampling.seed}}
                   .dump()
            << std::endl;
  return kGood;
}

}  // namespace heed::cli
