package fcvm.provision;

/// Where long work says what it does. Implementations must take calls from several threads.
public interface Progress {
  /// Says nothing.
  Progress SILENT = what -> Step.SILENT;

  /// Begins a step.
  ///
  /// @param what a short phrase for people, such as `downloading 95 packages for arm64`
  Step begin(String what);

  /// Says something that is no work.
  default void note(String what) {
    try (Step step = begin(what)) {
      step.done();
    }
  }

  /// One piece of work under way; [#end] it once, whether it succeeded or not.
  interface Step extends AutoCloseable {
    /// Says nothing.
    Step SILENT = () -> {};

    /// How far the work is.
    ///
    /// @param done units done so far
    /// @param total units in all, 0 if not known
    default void progress(long done, long total) {}

    /// All of the work is done. A step that ends without this was given up.
    default void done() {}

    /// The work has ended.
    void end();

    @Override
    default void close() {
      end();
    }
  }
}
