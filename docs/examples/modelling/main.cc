// What docs/modelling.md shows, one chapter after the other, on a database inside this process.
#include <iostream>
#include <stdexcept>

#include "library.h"
#include "posts.h"
#include "server/api/database_connection.h"

namespace {

/// The chapters are a test, too.
void expect(bool is_so, const char* what) {
  if (!is_so) throw std::runtime_error(what);
}

void first_steps(const model::Table& table) {
  const model::Entity<Books> books(table);

  books.create({.isbn = "978-0", .title = "Emma", .author = "Jane Austen", .copies = 3}).go().value();

  const auto emma = books.get(field<&Book::isbn> = "978-0").go();
  if (!emma.ok()) throw std::runtime_error(to_string(emma.error()));
  if (emma->has_value()) std::cout << (*emma)->title << '\n';
}

void reading(const model::Entity<Books>& books) {
  const auto found = books.get(field<&Book::isbn> = "978-0").go();               // none: nothing in it
  const auto needed = books.get(field<&Book::isbn> = "978-0").require();         // none: error 5001
  const auto fresh = books.get(field<&Book::isbn> = "978-0").consistent().go();  // costs twice as much
  const auto some = books.get(field<&Book::isbn> = "978-0").select<&Book::title, &Book::shelf>();
  expect(needed->title == "Emma" && (*found)->copies == 3 && (*fresh)->copies == 3, "reading");

  const std::string title = (*some)->get<&Book::title>();
  const std::optional<std::string> shelf = (*some)->get<&Book::shelf>();
  expect(title == "Emma" && !shelf, "selecting");
}

void writing(const model::Entity<Books>& books) {
  const Book persuasion = {.isbn = "978-1", .title = "Persuasion", .author = "Jane Austen", .copies = 1};
  expect(books.create(persuasion).go().ok(), "create");                      // must not be there: else error 5003
  expect(books.put(persuasion).go().ok(), "put");                            // in place of what is there
  expect(books.upsert(persuasion).go().ok(), "upsert");                      // changes what is there, or begins it
  const auto old = books.put(persuasion).go_returning_old();                 // and what there was
  expect((*old)->title == "Persuasion", "returning old");

  const auto made = books.create(field<&Book::isbn> = "978-2", field<&Book::title> = "Ulysses",
                                 field<&Book::author> = "James Joyce", field<&Book::copies> = 0).go();
  expect(made->copies == 0, "create by attributes");

  const auto incomplete = books.create({.isbn = "978-3", .title = "Dubliners", .author = {}}).go();
  expect(incomplete.error().number() == 4001, "an author is missing");

  expect(books.erase(field<&Book::isbn> = "978-2").go().ok(), "erase");      // gone, or never there
  const auto gone = books.remove(field<&Book::isbn> = "978-2").go();         // must be there: else error 5003
  expect(gone.error().is_condition_failure(), "remove");
}

void updating(const model::Entity<Books>& books, const model::Entity<Readers>& readers) {
  books.update(field<&Book::isbn> = "978-0")
      .set(field<&Book::shelf> = "A3")
      .add(field<&Book::copies> = 2)
      .go()
      .value();

  // Lends a copy, if there is one.
  const auto lent = books.patch(field<&Book::isbn> = "978-1")
                        .subtract(field<&Book::copies> = 1)
                        .where(field<&Book::copies> > 0)
                        .go_returning_new();
  expect(lent->copies == 0, "lent");

  const auto none_left = books.patch(field<&Book::isbn> = "978-1")
                             .subtract(field<&Book::copies> = 1)
                             .where(field<&Book::copies> > 0)
                             .return_on_failure()
                             .go();
  expect(none_left.error().is_condition_failure(), "none left");
  const auto there = books.failed_item(none_left.error());
  expect(there->copies == 0, "the item that failed the condition");

  const auto ada = readers.key(field<&Reader::readerId> = "r1");
  readers.update(ada)
      .set(field<&Reader::address> = Address{.street = "1 High Street", .city = "Lund"})
      .append(field<&Reader::languages> = {"sv", "fr"})
      .add(field<&Reader::interests> = {"poetry", "engines"})
      .go()
      .value();
  readers.update(ada)
      .set(field<&Reader::address, &Address::floor> = "2", field<&Reader::languages>[1] = "da")
      .delete_elements(field<&Reader::interests> = {"poetry"})
      .if_not_exists(field<&Reader::pin> = "0000")
      .go()
      .value();
  readers.update(ada).remove(field<&Reader::address, &Address::floor>).go().value();
  const auto now = readers.get(ada).require();
  expect(now->languages[1] == "da" && now->interests.size() == 1 && !now->address->floor, "inside of attributes");
}

void locking(const model::Entity<Readers>& readers) {
  const auto ada = readers.key(field<&Reader::readerId> = "r1");
  const auto read = readers.get(ada).require();
  const auto renamed = readers.patch(ada)
                           .set(field<&Reader::name> = "Ada King")
                           .add(field<&Reader::version> = 1)
                           .where(field<&Reader::version> == read->version)
                           .go();
  expect(renamed.ok(), "nobody else was faster");
}

void querying(const model::Entity<Books>& books, const model::Entity<Loans>& loans) {
  const auto of_austen = books.query(Books::by_author, field<&Book::author> = "Jane Austen").go();
  for (const Book& book : *of_austen) std::cout << book.title << '\n';
  expect(of_austen->size() == 2, "by author");

  const auto all = [&] { return loans.query(Loans::by_reader, field<&Loan::readerId> = "r1"); };
  const auto due = field<&Loan::due>;
  const auto in_may = all().begins(due = "2025-05").go();
  const auto late = all().lt(due = "2025-05-02").go();
  const auto soon = all().between(due = "2025-05-01", due = "2025-05-31").go();
  const auto last = all().descending().limit(1).go();
  expect(in_may->size() == 2 && late->size() == 1 && soon->size() == 2 && last->size() == 1, "operators");

  const auto out = all().where(field<&Loan::state> == State::OUT || field<&Loan::isbn>.in("978-0", "978-1")).go();
  const auto marked = all().where(field<&Loan::forgetAt>.exists() && !(field<&Loan::branch> == "north")).go();
  expect(out->size() == 3 && marked->empty(), "filters");
}

void paging(const model::Entity<Loans>& loans) {
  const auto all = [&] { return loans.query(Loans::by_reader, field<&Loan::readerId> = "r1"); };
  const auto first = all().limit(2).go();
  const auto rest = all().from(first->cursor).go();  // begins where the first page ended
  expect(first->size() == 2 && rest->size() == 1 && !rest->cursor, "cursors");

  const auto everything = all().all().go();           // page after page, until there are no more
  const auto exactly_two = all().count(2).go();       // as many items as this, whatever filters leave out
  const auto how_many = all().count_items();          // the number alone
  expect(everything->size() == 3 && exactly_two->size() == 2 && *how_many == 3, "pages");
}

void scanning(const model::Entity<Loans>& loans) {
  const auto everything = loans.scan().all().go();
  const auto faster = loans.scan().parallel(4).go();                 // four segments, four threads
  const auto a_quarter = loans.scan().segment(0, 4).all().go();      // one of four, for workers of your own
  expect(everything->size() == 3 && faster->size() == 3 && a_quarter.ok(), "scans");

  const auto by_reader = loans.match(field<&Loan::readerId> = "r1", field<&Loan::isbn> = "978-0").go();
  expect(by_reader->size() == 1, "match takes the index that narrows most, and filters the rest");
}

void explaining(const model::Entity<Loans>& loans) {
  const auto query = loans.query(Loans::by_reader, field<&Loan::readerId> = "r1")
                         .where(field<&Loan::state> == State::OUT);
  std::cout << to_string(query.plan().value()) << '\n';     // sends nothing
  std::cout << to_string(query.explain().value()) << '\n';  // reads, and says what that cost
  std::cout << query.params().value() << '\n';              // the request, as JSON
}

void attributes(const model::Entity<Readers>& readers) {
  const auto made = readers.create({.readerId = "r1", .email = "Ada@Example.com", .name = "Ada", .branch = "north",
                                    .pin = "1815"}).go();
  expect(made->email == "ada@example.com" && made->standing == Standing::GOOD, "defaults and setters");
  expect(!made->pin && made->greeting == "Dear Ada", "hidden and computed attributes");

  const auto refused = readers.create({.readerId = "r2", .email = "nowhere", .name = "Eve", .branch = "north",
                                       .pin = "1"}).go();
  expect(refused.error().number() == 4002, "validation");
  for (const model::AttributeError& error : refused.error().attributes) std::cout << error.message << '\n';
}

void sparse_indexes(const model::Entity<Loans>& loans) {
  const auto overdue = [&] { return loans.query(Loans::overdue).lt(field<&Loan::due> = "2025-05-10").go(); };
  expect(overdue()->size() == 2, "what is out");

  loans.update(field<&Loan::loanId> = "l1")
      .set(field<&Loan::state> = State::BACK)
      .composite(field<&Loan::due> = "2025-04-30")
      .go()
      .value();
  expect(overdue()->size() == 1, "what is back is not in the index");
}

void batches(const model::Entity<Books>& books) {
  std::vector<Book> novels;
  std::vector<model::Key<Books>> keys;
  for (int i = 100; i < 230; ++i) {
    novels.push_back({.isbn = std::to_string(i), .title = "Novel", .author = "Somebody"});
    keys.push_back(books.key(field<&Book::isbn> = std::to_string(i)));
  }
  const auto left = books.put_all(novels, {.concurrency = 4});
  expect(left->empty(), "places of books that the service did not take, however often it was asked");

  const auto found = books.get_all(keys);
  expect(found->items.size() == 130 && found->items[7]->title == "Novel" && found->unprocessed.empty(), "batch get");

  expect(books.erase_all(keys)->empty(), "batch delete");
}

void transactions(const Library& library) {
  const auto& books = library.of<Books>();
  const auto& loans = library.of<Loans>();
  const auto lend = model::transaction(
      books.patch(field<&Book::isbn> = "978-0").subtract(field<&Book::copies> = 1).where(field<&Book::copies> > 0),
      loans.create({.loanId = "l9", .readerId = "r1", .isbn = "978-0", .branch = "north", .due = "2025-06-01"}),
      library.of<Readers>().check(field<&Reader::readerId> = "r1").where(field<&Reader::standing> == Standing::GOOD));
  const auto done = lend.go();
  if (!done.ok()) throw std::runtime_error(to_string(done.error()));
  if (done->canceled) {
    const auto& why = std::get<0>(done->actions);
    std::cout << (why.rejected ? "no copy is left: " + why.message : "another action was refused") << '\n';
  }
  expect(!done->canceled, "lent");

  const auto both = model::transact_get(books.get(field<&Book::isbn> = "978-0"), loans.get(field<&Loan::loanId> = "l9")).go();
  const auto& [book, loan] = *both;
  expect(book->copies == 4 && loan->isbn == "978-0", "read as of one moment");
}

void collections(const Library& library) {
  const auto north = library.collection<"branch">(field<&Loan::branch> = "north").all().go();
  for (const Reader& reader : north->get<Readers>()) std::cout << reader.name << '\n';
  for (const Loan& loan : north->get<Loans>()) std::cout << loan.isbn << " until " << loan.due << '\n';
  expect(north->get<Readers>().size() == 1 && north->get<Loans>().size() == 4, "collection");
}

void errors(const model::Entity<Books>& books) {
  const auto book = books.create({.isbn = "978-0", .title = "Emma", .author = "Jane Austen"}).go();
  if (!book.ok()) {
    const model::Error& error = book.error();
    std::cout << error.number() << ' ' << error.entity << ' ' << error.message << '\n';
    if (error.cause) std::cout << error.cause->name << '\n';  // "ConditionalCheckFailedException"
  }
  try {
    books.create({.isbn = "978-0", .title = "Emma", .author = "Jane Austen"}).go().value();
  } catch (const model::Failed& failed) {
    std::cout << failed.what() << '\n';
  }
  expect(book.error().number() == 5003, "errors");
}

Book require_book(const model::Entity<Books>& books, const std::string& isbn) {
  return books.get(field<&Book::isbn> = isbn).require().value();
}

void options(model::Connection& connection, const std::stop_token& stop) {
  const model::Table table(connection, "library", {
      .log = [](const model::LogEvent& event) {
        std::cerr << event.operation << ' ' << event.duration.count() / 1000 << " µs\n";
      },
      .stop = stop,
  });
  const model::Entity<Books> books(table);
  expect(require_book(books, "978-0").title == "Emma", "a helper");
}

void conversions(const model::Entity<Books>& books) {
  const auto convert = books.convert();
  const auto keys = convert.keys(field<&Book::isbn> = "978-0", field<&Book::author> = "Jane Austen");
  std::cout << model::to_json(*keys) << '\n';
  const auto isbn = convert.composites(*keys)->get<&Book::isbn>();
  expect(isbn == "978-0", "and back");
}

void toolbox_items(model::Connection& connection) {
  const model::Table table(connection, "blog");
  const Blog blog(table);
  blog.create_table().value();
  const auto& posts = blog.of<Posts>();

  posts.create({.ownerId = "ada", .postId = "1", .likes = 3}).go().value();
  blog.of<Profiles>().create({.ownerId = "ada", .motto = "poetical science"}).go().value();
  const auto newest = posts.query(Posts::by_day, field<&Post::ownerId> = "ada").descending().all().go();

  posts.update(field<&Post::ownerId> = "ada", field<&Post::postId> = "1")
      .set(field<&Post::likes> = field<&Post::likes>.otherwise(0) + 1)
      .where(field<&Post::created> > "2000" && model::literal(100) > field<&Post::likes>)
      .go()
      .value();
  expect(newest->size() == 1 && posts.scan().go()->items[0].likes == 4, "posts");

  const auto all_of_ada = blog.query(Posts::by_owner, field<&Post::ownerId> = "ada")
                              .where_of<Posts>(field<&Post::likes> > 2)
                              .all()
                              .go();
  for (const Post& post : all_of_ada->get<Posts>()) std::cout << post.postId << " of " << post.created << '\n';
  expect(all_of_ada->get<Posts>().size() == 1 && all_of_ada->get<Profiles>()[0].motto == "poetical science", "ada");

  const std::size_t gone = blog.query(Posts::by_owner, field<&Post::ownerId> = "ada").erase_all().value();
  expect(gone == 2, "erased");
}

int run() {
  const auto database = *lodestone::Database::open({});  // in memory
  lodestone::DatabaseConnection connection(*database);
  const model::Table table(connection, "library");

  const Library library(table);
  library.create_table().value();
  for (const std::string& fault : library.check_table().value()) std::cout << fault << '\n';

  const auto& books = library.of<Books>();
  const auto& readers = library.of<Readers>();
  const auto& loans = library.of<Loans>();
  first_steps(table);
  reading(books);
  writing(books);
  attributes(readers);
  updating(books, readers);
  locking(readers);
  for (const auto& [id, day] : {std::pair("l1", "2025-04-30"), {"l2", "2025-05-03"}, {"l3", "2025-05-20"}}) {
    loans.create({.loanId = id, .readerId = "r1", .isbn = id[1] == '1' ? "978-0" : "978-1", .branch = "north", .due = day})
        .go()
        .value();
  }
  querying(books, loans);
  paging(loans);
  scanning(loans);
  explaining(loans);
  sparse_indexes(loans);
  batches(books);
  transactions(library);
  collections(library);
  errors(books);
  options(connection, {});
  conversions(books);
  toolbox_items(connection);
  std::cout << "every chapter did what it says\n";
  return 0;
}

}  // namespace

int main() {
  try {
    return run();
  } catch (const std::exception& failed) {
    std::cerr << failed.what() << '\n';
    return 1;
  }
}
