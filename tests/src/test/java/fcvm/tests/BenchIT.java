package fcvm.tests;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// A row of the benchmark that takes little: a guest of ours and one of QEMU's.
@Tag("slow")
class BenchIT {
  @Test
  void aRowIsMeasuredOnEveryFileSystem() throws Exception {
    Fcvm.Result result =
        new Fcvm("amd64")
            .run(
                "bench",
                "volumes",
                "--rows",
                "readdir",
                "--warmup",
                "0",
                "--rounds",
                "1",
                "--json");
    assertThat(result.exitCode()).as(result.out() + result.err()).isZero();
    assertThat(result.out())
        .contains("\"arch\" : \"amd64\"", "\"row\" : \"readdir\"")
        .containsPattern("\"guestKernel\" : \"\\d+\\.\\d+")
        .containsPattern("\"emulator\" : \"\\d+\\.\\d+")
        .containsPattern("\"qemu\" : \"\\d+\\.\\d+")
        .containsPattern("\"virtiofsd\" : \"\\d+\\.\\d+")
        .as("each median and ratio")
        .doesNotContain("null");
  }
}
