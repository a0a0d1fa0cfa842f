package fcvm.bench;

import fcvm.container.GuestFiles;
import fcvm.container.net.Passt;
import fcvm.provision.ToolTree;
import java.nio.file.Path;

/// What a network's bench runs.
///
/// @param files kernel and file systems of all guests
/// @param tools QEMU
/// @param iperf iperf3, for the server
/// @param iperfImage the same as an erofs image, for the guests
/// @param passt for rootless networks
public record NetworkPrograms(
    GuestFiles files, ToolTree tools, ToolTree iperf, Path iperfImage, Passt passt) {}
