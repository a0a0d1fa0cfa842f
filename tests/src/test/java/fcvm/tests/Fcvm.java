package fcvm.tests;

import java.io.ByteArrayOutputStream;
import java.io.File;
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
import java.util.function.BooleanSupplier;

/// The assembled distribution, run as a user runs it. What each command printed is kept in
/// `tests/target/commands/`, and told while it runs.
final class Fcvm {
  /// For tests of what does not depend on the architecture: the machine that takes half as long.
  static final String EITHER = "amd64";

  private static final Path ROOT = Path.of(System.getProperty("fcvm.root"));
  private static final Path LOGS = ROOT.resolve("tests/target/commands");
  private static final AtomicInteger NUMBER = new AtomicInteger();

  /// A gate that was started in the background ignores signals that a terminal sends, and so would
  /// all that it starts.
  private static final List<String> HEEDING_SIGNALS =
      List.of("env", "--default-signal=HUP,INT,QUIT,TERM");

  private final Map<String, String> environment = new LinkedHashMap<>();
  private List<String> prefix = List.of();

  /// @param arch the emulated machine's architecture, as `FCVM_MACHINE_ARCH` has it
  Fcvm(String arch) {
    environment.put("FCVM_MACHINE_ARCH", arch);
  }

  Fcvm with(String name, String value) {
    environment.put(name, value);
    return this;
  }

  /// Starts it through another program, such as `unshare`.
  Fcvm behind(String... command) {
    prefix = List.of(command);
    return this;
  }

  /// The path of the program.
  static Path program() {
    return ROOT.resolve("dist/target/fcvm/bin/fcvm");
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

    /// Sends a signal by its name, such as `INT`.
    void signal(String name) throws IOException, InterruptedException {
      String pid = Long.toString(process.pid());
      new ProcessBuilder("kill", "-" + name, pid).inheritIO().start().waitFor();
    }

    /// Types into standard input.
    void type(String text) throws IOException {
      OutputStream keys = process.getOutputStream();
      keys.write(text.getBytes(StandardCharsets.UTF_8));
      keys.flush();
    }

    String errSoFar() {
      synchronized (stderr) {
        return stderr.toString(StandardCharsets.UTF_8);
      }
    }

    String outSoFar() {
      synchronized (stdout) {
        return stdout.toString(StandardCharsets.UTF_8);
      }
    }

    /// Waits until the command has printed a text on stdout.
    void awaitOutput(String text, Duration limit) throws InterruptedException {
      await("print '" + text + "'", limit, () -> outSoFar().contains(text));
    }

    /// Waits until the command has said a text on stderr.
    void awaitError(String text, Duration limit) throws InterruptedException {
      await("say '" + text + "'", limit, () -> errSoFar().contains(text));
    }

    private void await(String what, Duration limit, BooleanSupplier isSo)
        throws InterruptedException {
      long deadline = System.nanoTime() + limit.toNanos();
      while (!isSo.getAsBoolean()) {
        if (!process.isAlive() || System.nanoTime() > deadline) {
          throw new AssertionError(
              title + " did not " + what + "; it printed: " + outSoFar() + errSoFar());
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
      // As bytes: what is cut off in the middle of a character has no encoding.
      Files.write(LOGS.resolve(file), text.getBytes(StandardCharsets.UTF_8));
      System.out.printf("[tests] exit %d: %s%n", result.exitCode, title);
    }

    private static int number() {
      return NUMBER.incrementAndGet();
    }
  }

  Running start(String... arguments) throws IOException {
    return start((Path) null, List.of(arguments));
  }

  Running start(Path stdin, List<String> arguments) throws IOException {
    File file = stdin == null ? new File("/dev/null") : stdin.toFile();
    return start(ProcessBuilder.Redirect.from(file), arguments);
  }

  /// Starts a command whose standard input is what [Running#type] types.
  Running piped(String... arguments) throws IOException {
    return start(ProcessBuilder.Redirect.PIPE, List.of(arguments));
  }

  /// Starts a command on a terminal of its own, which [Running#type] types on.
  ///
  /// @param settings of the terminal, as `stty` takes them
  Running onTerminal(String settings, Path nameOfTerminal, String... arguments) throws IOException {
    StringBuilder line = new StringBuilder();
    line.append("tty > ").append(nameOfTerminal).append("; stty ").append(settings);
    line.append("; exec ").append(program());
    for (String argument : arguments) {
      line.append(" '").append(argument).append('\'');
    }
    ProcessBuilder builder =
        new ProcessBuilder("script", "-q", "-e", "-f", "-c", line.toString(), "/dev/null");
    return start(builder, ProcessBuilder.Redirect.PIPE, List.of(arguments));
  }

  private Running start(ProcessBuilder.Redirect stdin, List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>(prefix);
    command.add(program().toString());
    command.addAll(arguments);
    return start(new ProcessBuilder(command), stdin, arguments);
  }

  private Running start(
      ProcessBuilder builder, ProcessBuilder.Redirect stdin, List<String> arguments)
      throws IOException {
    List<String> command = new ArrayList<>(HEEDING_SIGNALS);
    command.addAll(builder.command());
    builder.command(command);
    builder.environment().putAll(environment);
    builder.redirectInput(stdin);
    return new Running(builder.start(), "fcvm " + String.join(" ", arguments));
  }

  Result run(String... arguments) throws IOException, InterruptedException {
    return start(arguments).await(Duration.ofMinutes(10));
  }

  Result run(Path stdin, String... arguments) throws IOException, InterruptedException {
    return start(stdin, List.of(arguments)).await(Duration.ofMinutes(10));
  }
}
