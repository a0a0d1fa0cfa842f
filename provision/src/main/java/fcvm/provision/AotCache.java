package fcvm.provision;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Records a Java program's start in an AOT cache (JEP 483), so that the next one starts faster. A
/// Java that finds the cache not fitting starts without it.
///
/// @param java the command of a Java runtime with the options that it will be started with: a cache
///   fits only the collector and the layout of objects that it was made with
/// @param main the program, as module and class; with the argument `--train` it walks through its
///   start
record AotCache(List<String> java, String main) {
  private static final String TRAINING_SECONDS = "120";

  /// Records it.
  ///
  /// @param cache the file to make
  /// @throws ProvisionException if the recording fails or takes too long
  void make(Path cache) throws IOException {
    Path recording = cache.resolveSibling("recording.aotconf");
    Path nowhere = Files.createTempDirectory("fcvm-train");
    try {
      for (List<String> step :
          List.of(
              List.of("-XX:AOTMode=record", "-XX:AOTConfiguration=" + recording),
              List.of(
                  "-XX:AOTMode=create",
                  "-XX:AOTConfiguration=" + recording,
                  "-XX:AOTCache=" + cache))) {
        List<String> command = new ArrayList<>();
        command.addAll(List.of("timeout", "--kill-after=5", TRAINING_SECONDS));
        command.addAll(java);
        command.addAll(step);
        command.addAll(List.of("-m", main, "--train"));
        new Command(command)
            .with("FCVM_DATA_DIR", nowhere.toString())
            .with("XDG_RUNTIME_DIR", nowhere.toString())
            .run(line -> {});
      }
    } finally {
      Files.deleteIfExists(recording);
      Trees.delete(nowhere);
    }
  }
}
