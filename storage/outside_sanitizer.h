/// Calls into libraries that were compiled without the thread sanitizer.
///
/// The sanitizer sees the memory that such a library touches through memcpy and std::string, but not the
/// atomics that order its threads, and takes the one for races. While an OutsideSanitizer lives, it does not
/// look at what this thread reads and writes; locks still count. In other builds it is nothing.
#pragma once

namespace lodestone {

#ifdef __SANITIZE_THREAD__

extern "C" {
void AnnotateIgnoreReadsBegin(const char* file, int line);
void AnnotateIgnoreReadsEnd(const char* file, int line);
void AnnotateIgnoreWritesBegin(const char* file, int line);
void AnnotateIgnoreWritesEnd(const char* file, int line);
}

class OutsideSanitizer {
 public:
  OutsideSanitizer() {
    AnnotateIgnoreReadsBegin(__FILE__, __LINE__);
    AnnotateIgnoreWritesBegin(__FILE__, __LINE__);
  }
  OutsideSanitizer(const OutsideSanitizer&) = delete;
  OutsideSanitizer& operator=(const OutsideSanitizer&) = delete;
  ~OutsideSanitizer() {
    AnnotateIgnoreWritesEnd(__FILE__, __LINE__);
    AnnotateIgnoreReadsEnd(__FILE__, __LINE__);
  }
};

#else

struct [[maybe_unused]] OutsideSanitizer {};

#endif

}  // namespace lodestone
