package fcvm.tests;

import static org.assertj.core.api.Assertions.assertThat;

import fcvm.linux.Arch;
import fcvm.provision.Dirs;
import fcvm.provision.Progress;
import fcvm.provision.Provision;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// tar, git, sqlite3 and fio in a container, on a volume that is a directory of the emulated
/// machine's own disk: so nothing is between the guest and ext4 but our server. The programs are
/// Debian's, and come by volumes themselves.
class VolumeProgramsIT {
  /// Files of the source tree; `-Dfcvm.test.files=50000` for what takes hours.
  private static final int FILES = Integer.getInteger("fcvm.test.files", 200);

  private static final List<String> PACKAGES =
      List.of("bash", "coreutils", "findutils", "fio", "git", "sqlite3", "tar");
  private static final Duration PATIENCE = Duration.ofHours(6);

  /// In the machine. Its programs are of the same Debian, so that these run there, too.
  private static final String IN_MACHINE =
      """
      set -e
      programs=/mnt/fcvm/data/$1
      files=$2
      script=$3
      here=/run/fcvm/disk/test-programs
      rm -rf $here && mkdir $here
      maps="-v $programs/usr:/usr:ro -v $programs/usr/lib:/lib:ro"
      if [ -d $programs/usr/lib64 ]; then # amd64's loader is there
        maps="$maps -v $programs/usr/lib64:/lib64:ro"
      fi
      /mnt/fcvm/dist/bin/fcvm podman run $maps -v $here:/work localhost/busybox \
        /usr/bin/bash -c "$script" programs.sh $files
      export LD_LIBRARY_PATH=$programs/usr/lib/$(uname -m)-linux-gnu
      export GIT_EXEC_PATH=$programs/usr/lib/git-core GIT_CONFIG_GLOBAL=/dev/null
      # By their paths, because the machine's shell has some of these names itself.
      bin=$programs/usr/bin
      cd $here
      echo there
      echo tree $($bin/tar --sort=name --numeric-owner -cf - -C tree . | sha256sum | cut -d ' ' -f 1)
      cd repository
      $bin/git fsck --full --strict --no-progress >&2
      echo repository $($bin/git rev-parse HEAD) $($bin/git rev-list --count HEAD)
      cd ..
      for journal in delete wal; do
        $bin/sqlite3 $journal.db 'PRAGMA integrity_check' | grep -qx ok
        echo $journal $($bin/sqlite3 $journal.db 'SELECT count(DISTINCT writer * 1000 + i) FROM t')
      done
      echo fio $(cat fio/* | sha256sum | cut -d ' ' -f 1)
      for file in sparse copy; do
        test $(stat -c %s $file) = 4294967296
        test $(stat -c %b $file) -lt 1024
      done
      cd / && rm -r $here
      """;

  @Test
  void dataIsWhatItWas() throws Exception {
    dataIsWhatItWas(Arch.AMD64);
  }

  @Test
  @Tag("slow") // the same server there
  void dataIsWhatItWasOnArm64() throws Exception {
    dataIsWhatItWas(Arch.ARM64);
  }

  private static void dataIsWhatItWas(Arch arch) throws Exception {
    Path programs = new Provision(Dirs.ofProcess(), Progress.SILENT).packages(arch, PACKAGES);
    Fcvm fcvm = new Fcvm(arch.debianName());
    assertThat(fcvm.run("machine", "start").exitCode()).isZero();
    Fcvm.Result result =
        fcvm.start(
                "machine",
                "exec",
                "--",
                "sh",
                "-c",
                IN_MACHINE,
                "sh",
                programs.getFileName().toString(),
                Integer.toString(FILES),
                script())
            .await(PATIENCE);
    assertThat(result.exitCode()).as(result.out() + result.err()).isZero();
    String[] sides = result.out().split("there\n", -1);
    assertThat(sides).hasSize(2);
    assertThat(sides[0].lines())
        .as("in the container")
        .extracting(line -> line.split(" ", 2)[0])
        .containsExactly("tree", "repository", "delete", "wal", "fio");
    assertThat(sides[1]).as("on the machine's disk").isEqualTo(sides[0]);
  }

  private static String script() throws Exception {
    try (InputStream in = VolumeProgramsIT.class.getResourceAsStream("programs.sh")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
