package fcvm.tests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/// Stops the emulated machines when all system tests are done: nothing of a test run stays behind.
public final class MachinesAfterwards implements LauncherSessionListener {
  @Override
  public void launcherSessionClosed(LauncherSession session) {
    if (System.getProperty("fcvm.home") == null) {
      return; // no system tests
    }
    for (String arch : List.of("amd64", "arm64")) {
      try {
        new Fcvm(arch).run("machine", "stop");
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }
}
