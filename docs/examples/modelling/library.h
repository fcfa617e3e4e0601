// A public library in one table: its books, its readers, what they borrow.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "model/model.h"

namespace model = lodestone::model;
using model::field;

// The first model.

struct Book {
  std::string isbn;
  std::string title;
  std::string author;
  int copies = 0;
  std::optional<std::string> shelf = {};
};

struct Books {
  using Item = Book;
  static constexpr auto name = model::name("library", "book");
  static constexpr auto attributes =
      model::attributes<&Book::isbn, &Book::title, &Book::author, &Book::copies, &Book::shelf>();
  static constexpr auto by_isbn = model::index().pk<&Book::isbn>("pk").sk<>("sk");
  static constexpr auto by_author = model::index("gsi1").pk<&Book::author>("gsi1pk").sk<&Book::title>("gsi1sk");
  static constexpr auto indexes = model::indexes(by_isbn, by_author);
};

// Attributes with options.

inline std::string lower(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

enum class Standing { GOOD, BLOCKED };

struct Address {
  std::string street;
  std::string city;
  std::optional<std::string> floor = {};
  static constexpr auto attributes() {
    return model::attributes<&Address::street, &Address::city, &Address::floor>();
  }
};

struct Reader {
  std::string readerId;
  std::string email;
  std::string name;
  std::string branch;
  Standing standing = Standing::GOOD;
  std::optional<Address> address = {};
  std::vector<std::string> languages = {};
  std::set<std::string> interests = {};
  std::optional<std::string> pin = {};
  std::optional<std::string> greeting = {};
  std::string joinedAt = {};
  std::string changedAt = {};
  int version = 0;
};

struct Readers {
  using Item = Reader;
  static constexpr auto name = model::name("library", "reader");
  static constexpr auto attributes =
      model::attributes<&Reader::readerId, &Reader::name, &Reader::branch, &Reader::address, &Reader::interests>(
          model::attr<&Reader::email>()
              .matches(R"(^\S+@\S+$)")
              .set([](const std::string& text) { return lower(text); }),
          model::attr<&Reader::standing>().default_to(Standing::GOOD),
          model::attr<&Reader::languages>().default_to([] { return std::vector<std::string>{"en"}; }),
          model::attr<&Reader::pin>().hidden().validate([](const std::string& pin) { return pin.size() >= 4; }),
          model::attr<&Reader::greeting>().computed([](const model::Given<Reader>& reader) {
            return "Dear " + reader.get<&Reader::name>().value_or("reader");
          }),
          model::attr<&Reader::joinedAt>().default_to([](const model::Moment& now) { return now.iso(); }).read_only(),
          model::attr<&Reader::changedAt>().watch_all().set(
              [](const model::Given<Reader>& reader) { return reader.now().iso(); }),
          model::attr<&Reader::version>().default_to(0));
  static constexpr auto by_id = model::index().pk<&Reader::readerId>("pk").sk<>("sk");
  static constexpr auto by_email = model::index("gsi1").pk<&Reader::email>("gsi1pk").sk<>("gsi1sk");
  static constexpr auto by_branch =
      model::index("gsi2").pk<&Reader::branch>("gsi2pk").sk<&Reader::name>("gsi2sk").collection<"branch">();
  static constexpr auto indexes = model::indexes(by_id, by_email, by_branch);
};

// Index kinds, and items that expire.

enum class State { OUT, BACK };

struct Loan {
  std::string loanId;
  std::string readerId;
  std::string isbn;
  std::string branch;
  std::string due;
  State state = State::OUT;
  std::optional<std::chrono::sys_seconds> forgetAt = {};
};

struct Loans {
  using Item = Loan;
  static constexpr auto name = model::name("library", "loan");
  static constexpr auto attributes =
      model::attributes<&Loan::loanId, &Loan::readerId, &Loan::isbn, &Loan::branch, &Loan::due>(
          model::attr<&Loan::state>().default_to(State::OUT),
          model::attr<&Loan::forgetAt>().expires());
  static constexpr auto by_id = model::index().pk<&Loan::loanId>("pk").sk<>("sk");
  static constexpr auto by_reader = model::index("gsi1").pk<&Loan::readerId>("gsi1pk").sk<&Loan::due>("gsi1sk");
  static constexpr auto by_branch =
      model::index("gsi2").pk<&Loan::branch>("gsi2pk").sk<&Loan::due>("gsi2sk").collection<"branch">();
  // Only what is out: returned books leave this index by themselves.
  static constexpr auto overdue = model::index("gsi3")
                                      .pk_template<>("gsi3pk", "OVERDUE")
                                      .sk<&Loan::due, &Loan::state>("gsi3sk")
                                      .only_if([](const model::Given<Loan>& loan) {
                                        return loan.get<&Loan::state>() == State::OUT;
                                      });
  static constexpr auto indexes = model::indexes(by_id, by_reader, by_branch, overdue);
};

using Library = model::Service<Books, Readers, Loans>;
