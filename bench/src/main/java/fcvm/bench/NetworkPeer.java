package fcvm.bench;

import fcvm.container.net.Passt;
import fcvm.linux.Arch;
import fcvm.linux.Join;
import fcvm.provision.ToolTree;
import fcvm.vmm.DeviceSpec;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// A guest of QEMU's with a network: the same kernel, disks, memory, processors and network as
/// ours. With passt it has one of its own, started with the same options.
final class NetworkPeer implements BenchGuest {
  private static final String SETPRIV = "/usr/bin/setpriv";
  private static final String IP = "/usr/sbin/ip";
  private static final Duration SOCKET_PATIENCE = Duration.ofSeconds(20);
  private static final Duration NAP = Duration.ofMillis(10);

  private final GuestSpec spec;
  private final Path iperfImage;
  private final DeviceSpec.Network card;
  private final List<Process> processes = new ArrayList<>();
  private final CompletableFuture<String> end = new CompletableFuture<>();
  private @Nullable Thread reader;

  private NetworkPeer(GuestSpec spec, Path iperfImage, DeviceSpec.Network card) {
    this.spec = spec;
    this.iperfImage = iperfImage;
    this.card = card;
  }

  /// With passt behind a socket, which must not exist.
  static NetworkPeer withPasst(
      GuestSpec spec,
      NetworkPrograms programs,
      DeviceSpec.Network card,
      Path socket,
      OutputStream console)
      throws IOException, InterruptedException {
    Files.deleteIfExists(socket);
    NetworkPeer guest = new NetworkPeer(spec, programs.iperfImage(), card);
    List<String> passt = new ArrayList<>(programs.passt().command());
    passt.addAll(List.of("--foreground", "--one-off", "--socket-path=" + socket));
    passt.addAll(Passt.options());
    guest.start(passt, programs.tools()).getInputStream().close();
    guest.awaitSocket(socket);
    guest.startQemu(
        programs.tools(),
        List.of(),
        "stream,id=net,server=off,addr.type=unix,addr.path=" + PeerCommand.escaped(socket),
        console);
    return guest;
  }

  /// With the tap of a namespace.
  static NetworkPeer withTap(
      GuestSpec spec,
      NetworkPrograms programs,
      DeviceSpec.Network card,
      String namespace,
      OutputStream console)
      throws IOException {
    NetworkPeer guest = new NetworkPeer(spec, programs.iperfImage(), card);
    guest.startQemu(
        programs.tools(),
        List.of(IP, "netns", "exec", namespace),
        "tap,id=net,ifname=tap0,script=no,downscript=no,vhost=off",
        console);
    return guest;
  }

  // They die with the thread that starts them, so a killed bench leaves nobody behind.
  private Process start(List<String> command, ToolTree tools) throws IOException {
    List<String> all = new ArrayList<>();
    if (new File(SETPRIV).canExecute()) {
      all.addAll(List.of(SETPRIV, "--pdeathsig", "KILL", "--"));
    }
    all.addAll(command);
    ProcessBuilder builder = new ProcessBuilder(all).redirectErrorStream(true);
    builder.environment().putAll(tools.environment());
    Process process = builder.start();
    processes.add(process);
    process.getOutputStream().close();
    return process;
  }

  private void awaitSocket(Path socket) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + SOCKET_PATIENCE.toNanos();
    while (!Files.exists(socket)) {
      if (System.nanoTime() > deadline) {
        close();
        throw new IOException("passt did not start");
      }
      Thread.sleep(NAP);
    }
  }

  private void startQemu(ToolTree tools, List<String> before, String netdev, OutputStream console)
      throws IOException {
    PeerCommand peer = new PeerCommand(Arch.current(), spec, Path.of("/"));
    List<String> command = new ArrayList<>(before);
    command.addAll(tools.command(peer.qemu(), peer.networkArguments(iperfImage, netdev, card)));
    Process process = start(command, tools);
    reader = Thread.ofPlatform().daemon().name("console").start(() -> read(process, console));
  }

  private void read(Process process, OutputStream console) {
    try (InputStream in = process.getInputStream()) {
      in.transferTo(console);
      end.complete("QEMU's exit code is " + process.onExit().join().exitValue());
    } catch (IOException e) {
      end.complete("QEMU's output: " + e.getMessage());
    }
  }

  @Override
  public CompletableFuture<String> end() {
    return end;
  }

  @Override
  public void close() {
    processes.reversed().forEach(process -> process.destroyForcibly().onExit().join());
    Thread console = reader;
    if (console != null) {
      Join.uninterruptibly(console);
    }
  }
}
