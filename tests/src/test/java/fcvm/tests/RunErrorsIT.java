package fcvm.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What `fcvm podman run` says of what cannot be run: nothing in it depends on an architecture.
class RunErrorsIT {
  private static final String BUSYBOX = "localhost/busybox";

  private final Fcvm fcvm = new Fcvm(Fcvm.EITHER);

  @TempDir Path dir;

  @AfterEach
  void nothingIsLeftBehind() throws Exception {
    assertThat(fcvm.run("ls", "--json").out().replaceAll("\\s", "")).isEqualTo("[]");
  }

  @Test
  void deathBySignalIs128AndItsNumber() throws Exception {
    assertThat(fcvm.run("podman", "run", BUSYBOX, "sh", "-c", "kill -9 $$").exitCode())
        .isEqualTo(137);
  }

  @Test
  void unknownImageIs125WithAReason() throws Exception {
    Fcvm.Result result = fcvm.run("podman", "run", "localhost/nosuch", "true");
    assertThat(result.exitCode()).isEqualTo(125);
    assertThat(result.err()).contains("localhost/nosuch");
    assertThat(result.stdout()).isEmpty();
  }

  @Test
  void badInputIsRefusedWithAReason() throws Exception {
    Fcvm.Result tooSmall = fcvm.run("podman", "run", "--mem", "1", BUSYBOX, "true");
    assertThat(tooSmall.exitCode()).isEqualTo(125);
    assertThat(tooSmall.err()).contains("--mem");

    Fcvm.Result noKernel =
        fcvm.run("podman", "run", "--kernel", "/no/such/kernel", BUSYBOX, "true");
    assertThat(noKernel.exitCode()).isEqualTo(125);
    assertThat(noKernel.err()).contains("/no/such/kernel");

    Path junk = Files.write(dir.resolve("kernel"), new byte[100_000]);
    Fcvm.Result badKernel = fcvm.run("podman", "run", "--kernel", junk.toString(), BUSYBOX, "true");
    assertThat(badKernel.exitCode()).isEqualTo(125);
    assertThat(badKernel.err()).contains("kernel");
  }
}
