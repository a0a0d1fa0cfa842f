package fcvm.tests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestWatcher;

/// After a test that failed, looks whether an emulated machine hangs: tells what can be seen of it,
/// and ends it, so that each later test fails for a reason of its own.
public final class HungMachines implements TestWatcher {
  private static final Pattern PROCESSORS =
      Pattern.compile("processors are is in (\\S+processors.log)");

  @Override
  public void testFailed(ExtensionContext context, Throwable cause) {
    if (System.getProperty("fcvm.home") == null) {
      return; // no system test
    }
    try {
      for (String arch : List.of("amd64", "arm64")) {
        look(new Fcvm(arch));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void look(Fcvm fcvm) throws IOException, InterruptedException {
    Fcvm.Result result = fcvm.run("machine", "exec", "--", "sh", "-c", ":");
    if (result.exitCode() == 0 || !result.err().contains("did not answer")) {
      return; // it is well, or not there
    }
    System.out.println("[tests] " + result.err().strip());
    Matcher processors = PROCESSORS.matcher(result.err());
    if (processors.find()) {
      System.out.println(Files.readString(Path.of(processors.group(1))));
    }
    fcvm.run("machine", "stop");
  }
}
