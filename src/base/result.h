// base: a value or an error message that says the way out. Used for environment faults and bad input;
// shape mistakes in model code are exceptions instead (engine/tensor/shape.h).
#pragma once

#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace heed {

struct Error {
  std::string message;                    ///< in English
  std::string code = {};                  ///< stable, for translation; empty: nobody translates it
  std::vector<std::string> values = {};   ///< what goes into the translation's places
};

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : value_(std::move(value)) {}
  Result(Error error) : value_(std::move(error)) {}

  bool ok() const { return std::holds_alternative<T>(value_); }
  explicit operator bool() const { return ok(); }

  T& value() { return std::get<T>(value_); }
  const T& value() const { return std::get<T>(value_); }
  T& operator*() { return value(); }
  const T& operator*() const { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  const std::string& error() const { return failure().message; }
  const Error& failure() const { return std::get<Error>(value_); }

 private:
  std::variant<T, Error> value_;
};

struct Unit {};
using Status = Result<Unit>;
inline Status ok_status() {
  return Unit{};
}

}  // namespace heed
