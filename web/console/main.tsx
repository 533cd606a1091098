import '../kit/base.css';
