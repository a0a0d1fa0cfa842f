package fcvm.tests;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// The assembled distribution, run as a user runs it. What each command printed is kept in
/// `tests/target/commands/`, and told while it runs.
final class Fcvm {
  private static final Path ROOT = Path.of(System.getProperty("fcvm.root"));
  private static final Path LOGS = ROOT.resolve("tests/target/commands");
  private static final AtomicInteger NUMBER = new AtomicInteger();

  private final Map<String, String> environment = new LinkedHashMap<>();

  /// @param arch the emulated machine's architecture, as `FCVM_MACHINE_ARCH` has it
  Fcvm(String arch) {
    environment.put("FCVM_MACHINE_ARCH", arch);
  }

  Fcvm with(String name, String value) {
    environment.put(name, value);
    return this;
  }

  /// What a finished command left.
  @SuppressWarnings("ArrayRecordComponent") // read, never compared
  record Result(int exitCode, byte[] stdout, byte[] stderr) {
    String out() {
      return new String(stdout, StandardCharsets.UTF_8);
    }

    String err() {
      return new String(stderr, StandardCharsets.UTF_8);
    }
  }

  /// A command that runs.
  final class Running {
    private final Process process;
    private final ByteArrayOutputStream stdout = new ByteArrayOutputStream();
    private final ByteArrayOutputStream stderr = new ByteArrayOutputStream();
    private final List<Thread> pumps = new ArrayList<>();
    private final String title;

    private Running(Process process, String title) {
      this.process = process;
      this.title = title;
      pumps.add(pump(process.getInputStream(), stdout));
      pumps.add(pump(process.getErrorStream(), stderr));
    }

    private static Thread pump(InputStream from, ByteArrayOutputStream to) {
      return Thread.ofPlatform()
          .start(() -> {
            try (from) {
              from.transferTo(
                  new OutputStream() {
                    @Override
                    public void write(int b) {
                      throw new UnsupportedOperationException();
                    }

                    @Override
                    public void write(byte[] bytes, int offset, int length) {
                      synchronized (to) {
                        to.write(bytes, offset, length);
                      }
                    }
                  });
            } catch (IOException e) {
              synchronized (to) {
                to.writeBytes(("\n[stream: " + e + "]").getBytes(StandardCharsets.UTF_8));
              }
            }
          });
    }

    Process process() {
      return process;
    }

    String outSoFar() {
      synchronized (stdout) {
        return stdout.toString(StandardCharsets.UTF_8);
      }
    }

    /// Waits until the command has printed a line on stdout.
    void awaitOutput(String text, Duration limit) throws InterruptedException {
      long deadline = System.nanoTime() + limit.toNanos();
      while (!outSoFar().contains(text)) {
        if (!process.isAlive() || System.nanoTime() > deadline) {
          throw new AssertionError(
              title + " did not print '" + text + "'; it printed: " + outSoFar() + stderr);
        }
        Thread.sleep(50);
      }
    }

    Result await(Duration limit) throws IOException, InterruptedException {
      if (!process.waitFor(limit.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError(title + " did not end within " + limit + ": " + stderr);
      }
      for (Thread pump : pumps) {
        pump.join();
      }
      Result result = new Result(process.exitValue(), stdout.toByteArray(), stderr.toByteArray());
      log(result);
      return result;
    }

    private void log(Result result) throws IOException {
      Files.createDirectories(LOGS);
      String text =
          "$ %s\nexit %d\n--- stdout (%d bytes)\n%s\n--- stderr\n%s\n"
              .formatted(
                  title,
                  result.exitCode,
                  result.stdout.length,
                  result.out().substring(0, Math.min(result.out().length(), 10_000)),
                  result.err());
      String file = "%s-%03d.log".formatted(environment.get("FCVM_MACHINE_ARCH"), number());
      Files.writeString(LOGS.resolve(file), text);
      System.out.printf("[tests] exit %d: %s%n", result.exitCode, title);
    }

    private static int number() {
      return NUMBER.incrementAndGet();
    }
  }

  Running start(String... arguments) throws IOException {
    return start(null, List.of(arguments));
  }

  Running start(Path stdin, List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(ROOT.resolve("dist/target/fcvm/bin/fcvm").toString());
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    builder.redirectInput(stdin == null ? Path.of("/dev/null").toFile() : stdin.toFile());
    return new Running(builder.start(), "fcvm " + String.join(" ", arguments));
  }

  Result run(String... arguments) throws IOException, InterruptedException {
    return start(arguments).await(Duration.ofMinutes(10));
  }

  Result run(Path stdin, String... arguments) throws IOException, InterruptedException {
    return start(stdin, List.of(arguments)).await(Duration.ofMinutes(10));
  }
}
