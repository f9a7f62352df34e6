"""What municipalities lack, in kinds and numbers; how it is answered; and capacity moved across territories by mutual yes."""
