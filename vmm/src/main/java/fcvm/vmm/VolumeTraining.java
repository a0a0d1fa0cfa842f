package fcvm.vmm;

import fcvm.linux.LinuxException;
import fcvm.virtio.fs.Rehearsal;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/// A guest's requests for files, without a guest, for the training run of an AOT cache: they are
/// what runs most often in a monitor, and soonest after its start.
public final class VolumeTraining {
  /// Enough for the compilers to have come to what is in every request.
  private static final int PLAYS = 40;

  private VolumeTraining() {}

  /// Serves some thousand requests, in a directory of its own that is gone afterwards.
  public static void run() throws IOException {
    Path directory = Files.createTempDirectory("fcvm-rehearsal");
    try (Rehearsal rehearsal = new Rehearsal(directory)) {
      for (int i = 0; i < PLAYS; i++) {
        rehearsal.play();
      }
    } catch (LinuxException e) {
      // An emulator of programs need not know every system call: the cache then knows less.
      System.err.println("fcvm: rehearsing requests for files: " + e.getMessage());
    }
    try (DirectoryStream<Path> left = Files.newDirectoryStream(directory)) {
      for (Path file : left) {
        Files.delete(file);
      }
    }
    Files.delete(directory);
  }
}
