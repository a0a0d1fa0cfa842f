package fcvm.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterProperty;
import net.jqwik.api.lifecycle.BeforeProperty;

/// Whatever the bytes of a request are: an answer, an error or nothing, no exception, and nothing
/// outside the directory is touched.
class HostileRequestTest {
  private RequestFuzzer fuzzer;

  @BeforeProperty
  void mount() throws IOException {
    fuzzer = new RequestFuzzer();
  }

  @AfterProperty
  void unmount() {
    fuzzer.close();
  }

  @Property(tries = 2000)
  void anyBytes(@ForAll byte[] bytes) throws IOException {
    fuzzer.run(new byte[0]);
    fuzzer.kernel.raw(bytes, 4096);
    fuzzer.run(new byte[0]);
  }

  @Property(tries = 1000, shrinking = ShrinkingMode.OFF)
  void damagedRequests(@ForAll @Size(min = 200, max = 2000) byte[] choices) throws IOException {
    fuzzer.run(choices);
  }

  /// Each opcode often, with arguments that are all equally likely.
  @Example
  void everyOpcodeDamaged() throws IOException {
    Random random = new Random(1);
    for (int i = 0; i < 20 * RequestFuzzer.OPCODES.size(); i++) {
      byte[] choices = new byte[1000];
      random.nextBytes(choices);
      choices[0] = (byte) (i % RequestFuzzer.OPCODES.size());
      fuzzer.run(choices);
    }
  }

  /// Sessions that begin and end under requests of other threads.
  @Example
  void manyThreads() throws Exception {
    List<Callable<Void>> threads = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Random random = new Random(i);
      threads.add(() -> {
        for (int tries = 0; tries < 300; tries++) {
          byte[] choices = new byte[1000];
          random.nextBytes(choices);
          fuzzer.run(choices);
        }
        return null;
      });
    }
    try (ExecutorService executor = Executors.newFixedThreadPool(threads.size())) {
      for (Future<Void> thread : executor.invokeAll(threads)) {
        assertThat(thread.get()).isNull();
      }
    }
    fuzzer.kernel.server.reset();
    assertThat(fuzzer.passthrough.tree().inodes.size()).as("the root alone").isEqualTo(1);
    assertThat(fuzzer.passthrough.tree().inodes.paths()).isZero();
    assertThat(open()).as("the root alone").hasSize(1);
  }

  /// What this process has open of the directory.
  private List<String> open() throws IOException {
    List<String> open = new ArrayList<>();
    try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
      for (Path descriptor : descriptors) {
        if (Files.isSymbolicLink(descriptor)) {
          open.add(Files.readSymbolicLink(descriptor).toString());
        }
      }
    }
    open.removeIf(target -> !target.startsWith(fuzzer.directory().toString()));
    return open;
  }
}
