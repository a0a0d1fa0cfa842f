package fcvm.agent;

import fcvm.agent.bench.NetworkBench;
import fcvm.agent.protocol.GuestNetwork;
import fcvm.linux.Arch;
import fcvm.linux.Mount;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// A guest that measures its network, says what came out on its console, and goes.
///
/// The kernel's command line says with what: `fcvm.bench.network=ADDRESS/PREFIX,GATEWAY` for the
/// guest's card, `fcvm.bench.server=ADDRESS,IPERF-PORT,ECHO-PORT` and
/// `fcvm.bench.times=WARM-UP,SECONDS`. Its third disk has iperf3, in a tree of Debian's packages.
final class NetworkBenchRole {
  /// By this word the role is known.
  static final String WORD = "fcvm.bench.network";

  private static final String DISK = "/dev/vdc";
  private static final Path TREE = Path.of("/run/bench");

  /// Returns when everything was measured.
  void run(KernelCommandLine words) throws IOException {
    String[] card = value(words, WORD).split("[/,]", -1);
    NetworkSetup.run(
        new GuestNetwork(card[0], Integer.parseInt(card[1]), card[2], List.of(), List.of()));
    Files.createDirectory(TREE);
    Mount.mount(DISK, TREE.toString(), "erofs", Mount.MS_RDONLY, "");
    String[] server = value(words, "fcvm.bench.server").split(",", -1);
    String[] times = value(words, "fcvm.bench.times").split(",", -1);
    new NetworkBench(
            InetAddress.ofLiteral(server[0]),
            iperf(),
            Integer.parseInt(server[1]),
            Integer.parseInt(server[2]),
            Integer.parseInt(times[0]),
            Integer.parseInt(times[1]))
        .run(System.out::println);
  }

  // With the tree's own loader and libraries: it is of another time than the guest's system may be.
  private static List<String> iperf() {
    Path library = TREE.resolve("usr/lib/" + Arch.current().kernelName() + "-linux-gnu");
    String loader =
        switch (Arch.current()) {
          case AMD64 -> "ld-linux-x86-64.so.2";
          case ARM64 -> "ld-linux-aarch64.so.1";
        };
    return List.of(
        library.resolve(loader).toString(),
        "--library-path",
        library.toString(),
        TREE.resolve("usr/bin/iperf3").toString());
  }

  private static String value(KernelCommandLine words, String name) throws IOException {
    String value = words.find(name);
    if (value == null) {
      throw new IOException("the kernel's command line has no " + name);
    }
    return value;
  }
}
